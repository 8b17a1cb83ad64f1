import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** A link to another page of the app, in running text. */
export function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      className="rounded font-medium text-accent-text underline underline-offset-3 hover:decoration-2"
    >
      {children}
    </Link>
  );
}
