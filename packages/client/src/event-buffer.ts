/** Values that came before anybody asked, and readers that asked before a value came. Ends with or without an error. */
export interface EventBuffer<Value> extends AsyncIterable<Value> {
  push(value: Value): void;
  end(): void;
  fail(error: Error): void;
}

/** At most `capacity` values wait; one more, and the reader gets `overflowError()` after those that fitted. */
export function createEventBuffer<Value>(capacity: number, overflowError: () => Error): EventBuffer<Value> {
  const values: Value[] = [];
  let ending: { error?: Error } | undefined;
  let wake = () => {};

  function finish(next: { error?: Error }): void {
    ending ??= next;
    wake();
  }

  async function* read(): AsyncGenerator<Value, void, undefined> {
    for (;;) {
      const value = values.shift();
      if (value !== undefined) {
        yield value;
      } else if (ending !== undefined) {
        if (ending.error !== undefined) throw ending.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    push(value) {
      if (ending !== undefined) return;
      if (values.length >= capacity) return finish({ error: overflowError() });
      values.push(value);
      wake();
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    [Symbol.asyncIterator]: read,
  };
}
