import { Link } from 'wouter';
import { EntryLayout } from './EntryLayout.tsx';

type NothingHerePageProps = { title?: string; lead?: string };

/** For an address that belongs to no page, with a way back. */
export function NothingHerePage({
  title = 'There is nothing here',
  lead = 'This address belongs to no page of Netra. Perhaps a part of it is missing.',
}: NothingHerePageProps) {
  return (
    <EntryLayout title={title} lead={lead}>
      <Link
        href="/"
        className="inline-flex h-11 items-center justify-center rounded-lg bg-accent px-4 text-base font-medium text-accent-ink shadow-low transition-colors hover:bg-accent-hover"
      >
        Go to your chats
      </Link>
    </EntryLayout>
  );
}
