/** REST calls without a pause, from several callers at once, with two generations of tokens. */
export interface Traffic {
  /** From now on this token is used too; of all that were added the last `KEPT` are. */
  add(token: string): void;
  answered(): number;
  /** What was not a success: status and code. */
  refused(): readonly string[];
  stop(): Promise<void>;
}

const CALLERS = 4;
/** Two generations of 20 users' tokens. */
const KEPT = 40;

export function startTraffic(url: string): Traffic {
  const tokens: string[] = [];
  const refused: string[] = [];
  let answered = 0;
  let isStopped = false;

  async function call(): Promise<void> {
    const token = tokens[answered % tokens.length];
    if (token === undefined) return new Promise((resolve) => setTimeout(resolve, 10));
    const answer = await fetch(`${url}/v1/threads`, { headers: { authorization: `Bearer ${token}` } });
    const body = await answer.text();
    answered += 1;
    if (!answer.ok) refused.push(`${answer.status} ${body}`);
  }

  async function keepCalling(): Promise<void> {
    while (!isStopped) {
      await call().catch((error: unknown) => {
        refused.push(String(error));
      });
    }
  }

  const callers = Array.from({ length: CALLERS }, keepCalling);
  return {
    add(token) {
      tokens.push(token);
      if (tokens.length > KEPT) tokens.shift();
    },
    answered: () => answered,
    refused: () => refused,
    async stop() {
      isStopped = true;
      await Promise.all(callers);
    },
  };
}
