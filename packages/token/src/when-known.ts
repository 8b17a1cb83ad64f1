/** A value that is there already, or will be: what mostly waits for nobody need not cost a promise each time. */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Goes on with the value, at once where it is there. What `use` throws is thrown then, and rejects otherwise. */
export function whenKnown<Value, Result>(
  value: MaybePromise<Value>,
  use: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return value instanceof Promise ? value.then(use) : use(value);
}
