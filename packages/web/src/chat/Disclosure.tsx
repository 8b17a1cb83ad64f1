import { ChevronRight } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import { type ReactNode, useState } from 'react';

type DisclosureProps = {
  summary: ReactNode;
  children: ReactNode;
  isOpenAtFirst?: boolean;
  trailing?: ReactNode;
};

/** One line that opens to show the rest. */
export function Disclosure({ summary, children, trailing, isOpenAtFirst = false }: DisclosureProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <Collapsible.Root open={isOpen} onOpenChange={setOpen}>
      <Collapsible.Trigger className="group flex min-h-10 w-full items-center gap-2.5 rounded-xl px-3 py-2 text-left text-sm transition-colors hover:bg-hover focus-visible:-outline-offset-2">
        {summary}
        {trailing}
        <ChevronRight
          size={15}
          aria-hidden="true"
          className="shrink-0 text-ink-faint transition-transform group-data-[state=open]:rotate-90"
        />
      </Collapsible.Trigger>
      <Collapsible.Content className="px-3 pt-2 pb-3">{children}</Collapsible.Content>
    </Collapsible.Root>
  );
}
