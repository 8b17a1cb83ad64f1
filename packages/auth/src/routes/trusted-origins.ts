/** Exact origins only: the identity library would read `*` and `?` as wildcards. */
export function plainOrigins(
  publicUrl: string,
  more: readonly string[] | (() => readonly string[]),
): string[] {
  const origins = [publicUrl, ...(typeof more === 'function' ? more() : more)];
  return origins.flatMap((origin) => {
    if (!URL.canParse(origin)) return [];
    const plain = new URL(origin).origin;
    return plain === 'null' || /[*?]/.test(plain) ? [] : [plain];
  });
}
