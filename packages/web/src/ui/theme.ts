import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';

/** Shared with `public/theme.js`, which applies the choice before the first paint. */
const storageKey = 'netra-theme';
const darkSystem = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

/** The stored choice; `system` until there is one, and where the browser blocks storage. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, storedChoice);
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(storageKey, choice);
  } catch {
    blockedChoice = choice;
  }
  apply();
  for (const notify of listeners) notify();
}

/** Follows the system's setting and the choice made in another tab, for the life of the page. */
export function watchTheme(): void {
  darkSystem.addEventListener('change', apply);
  addEventListener('storage', (event) => {
    if (event.key !== storageKey) return;
    apply();
    for (const notify of listeners) notify();
  });
}

/** Stands in for the storage where it is blocked; lost with the page. */
let blockedChoice: ThemeChoice = 'system';

function storedChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === 'light' || stored === 'dark' ? stored : blockedChoice;
  } catch {
    return blockedChoice;
  }
}

function apply(): void {
  const choice = storedChoice();
  const isDark = choice === 'dark' || (choice === 'system' && darkSystem.matches);
  document.documentElement.setAttribute('data-theme', isDark ? 'dark' : 'light');
}

function subscribe(notify: () => void): () => void {
  listeners.add(notify);
  return () => listeners.delete(notify);
}
