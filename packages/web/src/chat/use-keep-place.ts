import { type RefObject, useLayoutEffect, useRef } from 'react';

interface Place {
  readonly key: string | undefined;
  readonly element: HTMLElement;
  readonly topPx: number;
}

/**
 * Keeps what the reader looks at where it is when earlier messages come in above it.
 * Browsers do this by themselves only when they anchor the scrolling, and not at the very top.
 */
export function useKeepPlace(list: RefObject<HTMLElement | null>, firstKey: string | undefined): void {
  const known = useRef<Place>(undefined);
  useLayoutEffect(() => {
    const before = known.current;
    const pane = list.current?.closest('[data-scroll-pane]');
    if (pane && before && before.key !== firstKey && before.element.isConnected) {
      pane.scrollTop += before.element.offsetTop - before.topPx;
    }
    const first = list.current?.querySelector<HTMLElement>(':scope > article');
    known.current = first ? { key: firstKey, element: first, topPx: first.offsetTop } : undefined;
  }, [list, firstKey]);
}
