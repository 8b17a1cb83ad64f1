import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

type Look = 'primary' | 'quiet' | 'outline' | 'danger';

const looks: Record<Look, string> = {
  primary: 'bg-accent text-accent-ink shadow-low hover:bg-accent-hover',
  quiet: 'text-ink-soft hover:bg-hover hover:text-ink',
  outline: 'border border-line bg-surface text-ink shadow-low hover:bg-hover',
  danger: 'bg-danger text-danger-ink shadow-low hover:bg-danger-hover',
};

type ButtonProps = ComponentProps<'button'> & { look?: Look; size?: 'small' | 'medium' };

export function Button({
  look = 'outline',
  size = 'medium',
  className,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-colors',
        'disabled:cursor-not-allowed disabled:opacity-50',
        size === 'small' ? 'h-8 px-3 text-sm' : 'h-10 px-4 text-base',
        looks[look],
        className,
      )}
    />
  );
}
