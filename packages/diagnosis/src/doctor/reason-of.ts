import { textOf } from './read-answer.ts';

/** What an error says, down to where it comes from: `fetch failed` alone says nothing. OpenSSL has its words in `reason`. */
export function reasonOf(error: unknown): string {
  const said: string[] = [];
  for (let each = error; each instanceof Error && said.length < MAX_DEPTH; each = each.cause) {
    const text = textOf(each, 'reason') ?? (each.message || textOf(each, 'code')) ?? each.name;
    if (!said.includes(text)) said.push(text);
  }
  return said.length === 0 ? 'for an unknown reason' : said.join(': ');
}

const MAX_DEPTH = 4;
