import { Session } from 'node:inspector/promises';

/** How much all that lives in this process holds: what is kept of a connection that is gone shows in one of these. */
export interface RetainedState {
  /** Entries of all maps and sets together. */
  readonly mapEntries: number;
  readonly setEntries: number;
  /** Listeners on all emitters together. */
  readonly listeners: number;
}

/** Something that only looks like a map has no size. */
function sumOfSizes(kind: 'Map' | 'Set'): string {
  return `all.reduce((sum, each) => {
    try {
      return sum + Reflect.get(${kind}.prototype, 'size', each);
    } catch {
      return sum;
    }
  }, 0)`;
}

/** What each says of the living objects that have it as their prototype. */
const QUESTIONS = {
  mapEntries: ['Map.prototype', sumOfSizes('Map')],
  setEntries: ['Set.prototype', sumOfSizes('Set')],
  listeners: [
    `process.getBuiltinModule('node:events').prototype`,
    `all.reduce((sum, one) => sum + Object.values(one._events ?? {}).flat().length, 0)`,
  ],
} as const;

/** Walks through the heap, after a collection of garbage. */
export async function readRetainedState(): Promise<RetainedState> {
  const session = new Session();
  session.connect();
  // The published types of Node 20 know no answers; the names are those of the DevTools protocol.
  const ask = async <Answer>(method: string, params: object): Promise<Answer> =>
    (await (session.post as (method: string, params: object) => Promise<unknown>).call(
      session,
      method,
      params,
    )) as Answer;
  const count = async (name: keyof typeof QUESTIONS): Promise<number> => {
    const [prototype, expression] = QUESTIONS[name];
    const objectGroup = 'retained';
    const found = await ask<{ result: { objectId: string } }>('Runtime.evaluate', {
      expression: prototype,
      objectGroup,
    });
    const { objects } = await ask<{ objects: { objectId: string } }>('Runtime.queryObjects', {
      prototypeObjectId: found.result.objectId,
      objectGroup,
    });
    const { result } = await ask<{ result: { value: number } }>('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration: `function () { const all = this; return ${expression}; }`,
      returnByValue: true,
    });
    // What was looked at would otherwise live until the session ends.
    await ask('Runtime.releaseObjectGroup', { objectGroup });
    return result.value;
  };
  try {
    await ask('HeapProfiler.collectGarbage', {});
    return {
      mapEntries: await count('mapEntries'),
      setEntries: await count('setEntries'),
      listeners: await count('listeners'),
    };
  } finally {
    session.disconnect();
  }
}
