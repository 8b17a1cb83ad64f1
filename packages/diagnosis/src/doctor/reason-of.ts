/** What an error says, down to where it comes from: `fetch failed` alone says nothing. */
export function reasonOf(error: unknown): string {
  const said: string[] = [];
  for (let each = error; each instanceof Error && said.length < MAX_DEPTH; each = each.cause) {
    const code = 'code' in each && typeof each.code === 'string' ? each.code : '';
    const text = each.message === '' ? code || each.name : each.message;
    if (!said.includes(text)) said.push(text);
  }
  return said.length === 0 ? 'for an unknown reason' : said.join(': ');
}

const MAX_DEPTH = 4;
