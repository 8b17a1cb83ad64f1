/** What the user has typed and not sent yet, by chat; without an id: the chat that is not begun. */
export interface UnsentTexts {
  read(threadId: string | undefined): string;
  /** Keeps `text`; an empty one is forgotten. */
  write(threadId: string | undefined, text: string): void;
  /** Whose texts these are from now on; those of somebody else are forgotten. */
  claim(userId: string): void;
  clear(): void;
}

/** The part of the browser's `Storage` that is used. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const prefix = 'netra-unsent';
const ownerKey = `${prefix}-owner`;
/** The chats that have a text, the one written last at the end, separated by spaces. */
const indexKey = `${prefix}-chats`;
const maxChats = 20;
const maxChars = 40_000;

/** At most 20 texts of 40,000 characters; the oldest gives way. Failures of the storage cost the texts, nothing else. */
export function createUnsentTexts(storage: TextStorage = createMemoryStorage()): UnsentTexts {
  const keyOf = (chat: string) => `${prefix}:${chat}`;
  const chats = () => (read(indexKey) ?? '').split(' ').filter((chat) => chat !== '');

  function read(key: string): string | null {
    try {
      return storage.getItem(key);
    } catch {
      return null;
    }
  }

  /** False when the storage is full or blocked. */
  function put(key: string, value: string): boolean {
    try {
      if (value === '') storage.removeItem(key);
      else storage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  }

  function keep(chat: string, text: string): void {
    const others = chats().filter((other) => other !== chat);
    const listed = text === '' ? others : [...others, chat];
    for (const old of listed.slice(0, -maxChats)) put(keyOf(old), '');
    put(indexKey, listed.slice(-maxChats).join(' '));
    // Where the storage is full, an older text must not come back in the place of a newer one.
    if (!put(keyOf(chat), text)) put(keyOf(chat), '');
  }

  function clear(): void {
    for (const chat of chats()) put(keyOf(chat), '');
    put(indexKey, '');
    put(ownerKey, '');
  }

  return {
    read: (threadId) => read(keyOf(chatOf(threadId))) ?? '',
    write: (threadId, text) => keep(chatOf(threadId), text.slice(0, maxChars)),
    claim(userId) {
      if (read(ownerKey) !== userId) clear();
      put(ownerKey, userId);
    },
    clear,
  };
}

function chatOf(threadId: string | undefined): string {
  return threadId ?? 'new';
}

function createMemoryStorage(): TextStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}
