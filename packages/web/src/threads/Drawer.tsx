import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from '../ui/IconButton.tsx';

/** The side bar of small screens: over the page, closed by Escape, a tap beside it, or choosing a chat. */
export function Drawer({
  isOpen,
  onClose,
  children,
}: {
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 animate-fade bg-[oklch(0.15_0.02_225/0.5)] md:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-40 w-[min(19rem,86vw)] animate-slide bg-sunken shadow-high outline-none md:hidden"
        >
          <Dialog.Title className="sr-only">Chats and account</Dialog.Title>
          {children}
          <Dialog.Close asChild>
            <IconButton label="Close the list of chats" className="absolute top-2.5 right-3">
              <X size={18} aria-hidden="true" />
            </IconButton>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
