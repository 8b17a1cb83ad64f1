import { LoaderCircle } from 'lucide-react';
import { Button } from '../ui/Button.tsx';

type SubmitButtonProps = { label: string; busyLabel: string; isBusy: boolean };

/** Says what it waits for while it waits. */
export function SubmitButton({ label, busyLabel, isBusy }: SubmitButtonProps) {
  return (
    <Button type="submit" look="primary" disabled={isBusy} className="mt-1 h-11 w-full">
      {isBusy && <LoaderCircle size={16} aria-hidden="true" className="animate-turn" />}
      {isBusy ? busyLabel : label}
    </Button>
  );
}
