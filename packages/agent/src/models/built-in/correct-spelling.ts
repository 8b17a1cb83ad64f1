/** The word of the vocabulary that is one slip away (a letter too many, missing, wrong, or two swapped), or the word itself. */
export function correctSpelling(word: string, vocabulary: readonly string[]): string {
  // Short words have too many neighbours.
  if (word.length < 5 || vocabulary.includes(word)) return word;
  return vocabulary.find((candidate) => isOneSlipAway(word, candidate)) ?? word;
}

function isOneSlipAway(word: string, candidate: string): boolean {
  if (Math.abs(word.length - candidate.length) > 1) return false;
  let start = 0;
  while (start < word.length && word[start] === candidate[start]) start += 1;
  const rest = word.slice(start);
  const wanted = candidate.slice(start);
  const isSwapped = rest[0] === wanted[1] && rest[1] === wanted[0] && rest.slice(2) === wanted.slice(2);
  return (
    rest.slice(1) === wanted.slice(1) ||
    rest.slice(1) === wanted ||
    rest === wanted.slice(1) ||
    (rest.length > 1 && isSwapped)
  );
}
