import { Link } from 'wouter';

/** The way on from a page that has nothing for whoever came. */
export function ChatsLink() {
  return (
    <Link
      href="/"
      className="inline-flex h-11 items-center justify-center rounded-lg bg-accent px-4 text-base font-medium text-accent-ink shadow-low transition-colors hover:bg-accent-hover"
    >
      Go to your chats
    </Link>
  );
}
