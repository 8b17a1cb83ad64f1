import { type ReactNode, useLayoutEffect, useRef } from 'react';

type ModalDialogProps = {
  role: 'dialog' | 'alertdialog';
  labelId: string;
  descriptionId?: string;
  className: string;
  children: ReactNode;
  onClose: () => void;
};

/**
 * The browser's own modal dialog: it holds the focus, gives it back, and makes the page behind it inert.
 * Mounted means open. Escape and a press beside it close it.
 */
export function ModalDialog({
  role,
  labelId,
  descriptionId,
  className,
  children,
  onClose,
}: ModalDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // Closed before it leaves the page, or the focus would be lost with it.
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      role={role === 'dialog' ? undefined : role}
      aria-labelledby={labelId}
      aria-describedby={descriptionId}
      className={`backdrop:animate-fade backdrop:bg-[oklch(0.15_0.02_225/0.5)] ${className}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // Escape belongs to the dialog, not to the chat below it.
      onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
      onPointerDown={(event) => event.target === dialog.current && onClose()}
    >
      {children}
    </dialog>
  );
}
