import { Activity, type LucideIcon, Rows3, Siren } from 'lucide-react';

interface ConsoleRoom {
  readonly href: string;
  readonly label: string;
  readonly icon: LucideIcon;
}

/** The rooms of the console, in the order of the navigation. */
export const CONSOLE_ROOMS: readonly ConsoleRoom[] = [
  { href: '/console', label: 'Overview', icon: Activity },
  { href: '/console/attempts', label: 'Attempts', icon: Rows3 },
  { href: '/console/incidents', label: 'Incidents', icon: Siren },
];
