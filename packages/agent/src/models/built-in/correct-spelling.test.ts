import { describe, expect, it } from 'vitest';
import { correctSpelling } from './correct-spelling.ts';

const VOCABULARY = ['healthy', 'status', 'connection'];

describe('correctSpelling', () => {
  it.each([
    ['helthy', 'healthy'],
    ['heealthy', 'healthy'],
    ['heslthy', 'healthy'],
    ['haelthy', 'healthy'],
    ['conection', 'connection'],
    ['healthy', 'healthy'],
  ])('reads %s as %s', (word, corrected) => {
    expect(correctSpelling(word, VOCABULARY)).toBe(corrected);
  });

  it.each(['stat', 'wealth', 'stratus2', 'elephant'])('leaves %s alone', (word) => {
    expect(correctSpelling(word, VOCABULARY)).toBe(word);
  });
});
