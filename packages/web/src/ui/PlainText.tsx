/** A sentence of the reason table: what stands between backticks is code. */
export function PlainText({ children }: { children: string }) {
  return children.split('`').map((piece, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence have no other identity
      <code key={index} className="font-mono text-[0.92em]">
        {piece}
      </code>
    ) : (
      piece
    ),
  );
}
