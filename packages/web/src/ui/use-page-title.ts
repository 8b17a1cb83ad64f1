import { useEffect } from 'react';

/** The title of the browser's tab, which screen readers say after a navigation. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'Netra' ? title : `${title} · Netra`;
  }, [title]);
}
