/** What a client showed of itself, in a few words: its kind, else the page it came from, else the program. */
export function clientWords(client: Readonly<Record<string, unknown>>): string {
  const { client_type: type, origin, user_agent: agent } = client;
  if (typeof type === 'string') return type;
  if (typeof origin === 'string') return origin.replace(/^https?:\/\//, '');
  return typeof agent === 'string' ? agent : '–';
}
