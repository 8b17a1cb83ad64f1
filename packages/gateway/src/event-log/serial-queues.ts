/**
 * One queue of tasks per key: tasks of a key run one after the other, those of different keys side by side.
 * A key costs nothing once its queue is empty.
 */
export interface SerialQueues {
  run<Value>(key: string, task: () => Promise<Value>): Promise<Value>;
}

export function createSerialQueues(): SerialQueues {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(key, task) {
      const before = tails.get(key) ?? Promise.resolve();
      const result = before.then(task);
      // The next task runs whatever became of this one; its failure belongs to whoever asked for it.
      const tail = result.then(
        () => undefined,
        () => undefined,
      );
      tails.set(key, tail);
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      return result;
    },
  };
}
