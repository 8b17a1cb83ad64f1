import { RotateCw } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { EntryLayout } from '../session/EntryLayout.tsx';
import { Button } from '../ui/Button.tsx';

/** Instead of a blank page when the code of the console cannot be loaded, as after an update of the server. */
export class LoadBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <EntryLayout
        title="The console could not be shown"
        lead="Its code did not arrive, or failed. After an update of the server, loading the page again is enough."
      >
        <Button look="primary" onClick={() => location.reload()}>
          <RotateCw size={16} aria-hidden="true" />
          Load the page again
        </Button>
      </EntryLayout>
    );
  }
}
