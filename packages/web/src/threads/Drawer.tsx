import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId } from 'react';
import { IconButton } from '../ui/IconButton.tsx';
import { ModalDialog } from '../ui/ModalDialog.tsx';

/** Where the side bar stands beside the chat and needs no drawer; the same as Tailwind's `md`. */
const wideScreen = matchMedia('(min-width: 48rem)');

/** The side bar of small screens: over the page, closed by Escape, a press beside it, or choosing a chat. */
export function Drawer({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const id = useId();
  useEffect(() => {
    wideScreen.addEventListener('change', onClose);
    return () => wideScreen.removeEventListener('change', onClose);
  }, [onClose]);
  return (
    <ModalDialog
      role="dialog"
      labelId={id}
      onClose={onClose}
      className="m-0 h-dvh max-h-none w-[min(19rem,86vw)] animate-slide bg-sunken text-ink shadow-high outline-none"
    >
      <div className="relative h-full">
        <h2 id={id} className="sr-only">
          Chats and account
        </h2>
        {children}
        <IconButton label="Close the list of chats" className="absolute top-2.5 right-3" onClick={onClose}>
          <X size={18} aria-hidden="true" />
        </IconButton>
      </div>
    </ModalDialog>
  );
}
