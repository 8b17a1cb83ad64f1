import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session-context.ts';

/** The text in the composer of one chat; it outlives other chats and reloads, until it is sent or the user signs out. */
export function useUnsentText(threadId: string | undefined): [string, (text: string) => void] {
  const { unsentTexts } = useSession();
  const [text, setText] = useState(() => unsentTexts.read(threadId));
  const keptFor = useRef(threadId);

  // A new chat gets its id with its first message, while the next one may be half written.
  useEffect(() => {
    if (keptFor.current === threadId) return;
    unsentTexts.write(keptFor.current, '');
    unsentTexts.write(threadId, text);
    keptFor.current = threadId;
  }, [unsentTexts, threadId, text]);

  const change = (next: string) => {
    setText(next);
    unsentTexts.write(keptFor.current, next);
  };
  return [text, change];
}
