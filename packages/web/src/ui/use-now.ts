import { useEffect, useState } from 'react';

/** The time, renewed each `periodMs` while `isActive`. */
export function useNow(isActive: boolean, periodMs = 500): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    if (!isActive) return;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), periodMs);
    return () => clearInterval(timer);
  }, [isActive, periodMs]);
  return nowMs;
}
