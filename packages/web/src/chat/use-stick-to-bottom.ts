import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** How close to the end still counts as being there, in CSS pixels. */
const nearPx = 48;

interface StickToBottom {
  readonly pane: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtEnd: boolean;
  readonly jump: () => void;
}

/** Follows growing content, until the reader scrolls up; scrolling back to the end, or `jump`, follows again. */
export function useStickToBottom(jumpCount: number): StickToBottom {
  const pane = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const [isAtEnd, setAtEnd] = useState(true);

  const jump = () => {
    isFollowing.current = true;
    setAtEnd(true);
    toEnd(pane.current);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the count is the signal
  useLayoutEffect(jump, [jumpCount]);

  useEffect(() => {
    const element = pane.current;
    if (element === null || content.current === null) return;
    let lastTop = element.scrollTop;
    const onScroll = () => {
      const isNear = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
      // Only moving up means that the reader wants to stay: growth alone also leaves the end behind for a moment.
      if (isNear) isFollowing.current = true;
      else if (element.scrollTop < lastTop) isFollowing.current = false;
      lastTop = element.scrollTop;
      setAtEnd(isFollowing.current);
    };
    const observer = new ResizeObserver(() => {
      if (isFollowing.current) toEnd(element);
      else onScroll();
    });
    observer.observe(content.current);
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, []);

  return { pane, content, isAtEnd, jump };
}

function toEnd(element: HTMLElement | null): void {
  element?.scrollTo({ top: element.scrollHeight, behavior: 'instant' });
}
