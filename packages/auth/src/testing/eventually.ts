/** Polls until the condition holds; a test that waits longer than `withinMs` has failed. */
export async function eventually(
  condition: () => Promise<boolean> | boolean,
  withinMs = 5_000,
): Promise<void> {
  const endsAtMs = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > endsAtMs) throw new Error(`not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
