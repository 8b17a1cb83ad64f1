import { CircleAlert, Info } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

type NoticeProps = {
  tone: 'problem' | 'news';
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  code?: string;
};

/** A message in words: what happened, what to do, and where it fits a button that does it. */
export function Notice({ tone, title, children, actions, code }: NoticeProps) {
  const Icon = tone === 'problem' ? CircleAlert : Info;
  return (
    <div
      role={tone === 'problem' ? 'alert' : 'status'}
      data-code={code}
      className={classNames(
        'flex gap-3 rounded-xl border px-4 py-3 text-sm',
        tone === 'problem'
          ? 'border-danger-line bg-danger-soft text-danger-text'
          : 'border-line bg-sunken text-ink-soft',
      )}
    >
      <Icon size={17} aria-hidden="true" className="mt-0.5 shrink-0" />
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="font-semibold wrap-break-word">{title}</p>
        {children !== undefined && <div className="wrap-break-word text-ink-soft">{children}</div>}
        {actions !== undefined && <div className="mt-1.5 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  );
}
