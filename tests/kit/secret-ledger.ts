/** What must not be read anywhere, by name, and the texts in which it could be. A leak is told by names only. */
export interface SecretLedger {
  /** Returns the value, so that it can be kept where it is made. */
  keep(name: string, value: string): string;
  /** A JWT is kept whole and by its signature: half a token in a log is no better. */
  keepToken(name: string, token: string): string;
  /** A request whose answer is looked at where it is a refusal, together with what its attempt id tells. */
  ask(address: string, init?: RequestInit): Promise<Response>;
  /** A text of another way: an upgrade that was refused, a log, a file. */
  collect(where: string, text: string): void;
  /** `<secret> in <place>` for each that occurs, as it is or encoded. */
  leaks(): readonly string[];
  readonly texts: ReadonlyMap<string, string>;
}

const SHORTEST_SECRET = 8;

export function createSecretLedger(): SecretLedger {
  const secrets = new Map<string, string>();
  const texts = new Map<string, string>();

  const keep = (name: string, value: string): string => {
    // An empty one would be found everywhere, and a short one by chance.
    if (value.length < SHORTEST_SECRET) throw new Error(`there is no ${name} to look for`);
    secrets.set(name, value);
    return value;
  };
  const collect = (where: string, text: string): void => {
    texts.set(`${texts.size} ${where}`, text);
  };

  return {
    texts,
    keep,
    collect,
    keepToken(name, token) {
      keep(`signature of ${name}`, token.split('.').at(-1) ?? '');
      return keep(name, token);
    },
    async ask(address, init = {}) {
      const answer = await fetch(address, init);
      if (answer.ok) return answer;
      const { origin, pathname } = new URL(address);
      // The path itself may hold a token.
      const where = `${answer.status} of ${init.method ?? 'GET'} ${pathname.split('/').slice(0, 3).join('/')}`;
      collect(where, `${[...answer.headers].join('\n')}\n${await answer.clone().text()}`);
      const attemptId = answer.headers.get('netra-attempt-id');
      if (attemptId !== null)
        collect(`attempt of ${where}`, await (await fetch(`${origin}/v1/attempts/${attemptId}`)).text());
      return answer;
    },
    leaks() {
      const found: string[] = [];
      for (const [name, secret] of secrets) {
        const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
        for (const [where, text] of texts) {
          if (forms.some((form) => text.includes(form))) found.push(`${name} in ${where}`);
        }
      }
      return found;
    },
  };
}
