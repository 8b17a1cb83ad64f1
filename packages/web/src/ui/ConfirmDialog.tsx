import { useId } from 'react';
import { Button } from './Button.tsx';
import { ModalDialog } from './ModalDialog.tsx';

type ConfirmDialogProps = {
  title: string;
  description: string;
  confirmLabel: string;
  onConfirm: () => void;
  onClose: () => void;
};

/** Asks before something that cannot be undone. The focus starts on the safe answer. */
export function ConfirmDialog({ title, description, confirmLabel, onConfirm, onClose }: ConfirmDialogProps) {
  const id = useId();
  return (
    <ModalDialog
      role="alertdialog"
      labelId={`${id}-title`}
      descriptionId={`${id}-text`}
      onClose={onClose}
      className="m-auto w-[min(26rem,calc(100vw-2rem))] animate-fade rounded-2xl border border-line bg-surface text-ink shadow-high"
    >
      <div className="p-6">
        <h2 id={`${id}-title`} className="text-lg font-semibold wrap-break-word">
          {title}
        </h2>
        <p id={`${id}-text`} className="mt-2 text-ink-soft">
          {description}
        </p>
        <div className="mt-6 flex justify-end gap-2.5">
          <Button autoFocus onClick={onClose}>
            Cancel
          </Button>
          <Button
            look="danger"
            onClick={() => {
              onConfirm();
              onClose();
            }}
          >
            {confirmLabel}
          </Button>
        </div>
      </div>
    </ModalDialog>
  );
}
