import { ChatsLink } from './ChatsLink.tsx';
import { EntryLayout } from './EntryLayout.tsx';

type NothingHerePageProps = { title?: string; lead?: string };

/** For an address that belongs to no page, with a way back. */
export function NothingHerePage({
  title = 'There is nothing here',
  lead = 'This address belongs to no page of Netra. Perhaps a part of it is missing.',
}: NothingHerePageProps) {
  return (
    <EntryLayout title={title} lead={lead}>
      <ChatsLink />
    </EntryLayout>
  );
}
