import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

/** After going to another room, keyboard and screen reader start at its content and not at the top of the page. */
export function useFocusOnArrival(): void {
  const [location] = useLocation();
  const seen = useRef(location);
  useEffect(() => {
    if (seen.current === location) return;
    seen.current = location;
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [location]);
}
