import { expect, test } from 'vitest';
import { createUnsentTexts, type TextStorage } from './unsent-texts.ts';

/** A storage that can be looked into, and that refuses what is longer than `maxChars`. */
function scriptedStorage({ maxChars = Number.POSITIVE_INFINITY } = {}) {
  const values = new Map<string, string>();
  const storage: TextStorage = {
    getItem: (key) => values.get(key) ?? null,
    setItem(key, value) {
      if (value.length > maxChars) throw new Error('QuotaExceededError');
      values.set(key, value);
    },
    removeItem: (key) => void values.delete(key),
  };
  return { storage, values };
}

test('each chat has its own text, and so has the chat that is not begun', () => {
  const texts = createUnsentTexts();
  texts.write('thr_1', 'One');
  texts.write(undefined, 'New');
  expect([texts.read('thr_1'), texts.read(undefined), texts.read('thr_2')]).toEqual(['One', 'New', '']);
});

test('texts survive a reload, which makes everything anew but the storage', () => {
  const { storage } = scriptedStorage();
  createUnsentTexts(storage).write('thr_1', 'One');
  expect(createUnsentTexts(storage).read('thr_1')).toBe('One');
});

test('an empty text leaves nothing behind', () => {
  const { storage, values } = scriptedStorage();
  const texts = createUnsentTexts(storage);
  texts.write('thr_1', 'One');
  texts.write('thr_1', '');
  expect(values.size).toBe(0);
});

test('clearing leaves nothing behind', () => {
  const { storage, values } = scriptedStorage();
  const texts = createUnsentTexts(storage);
  texts.claim('usr_1');
  texts.write('thr_1', 'One');
  texts.write('thr_2', 'Two');
  texts.clear();
  expect(values.size).toBe(0);
});

test('the same user finds the texts again, another one does not', () => {
  const { storage } = scriptedStorage();
  const texts = createUnsentTexts(storage);
  texts.claim('usr_1');
  texts.write('thr_1', 'One');
  texts.claim('usr_1');
  expect(texts.read('thr_1')).toBe('One');
  texts.claim('usr_2');
  expect(texts.read('thr_1')).toBe('');
});

test('only the twenty chats that were written last keep their text', () => {
  const { storage, values } = scriptedStorage();
  const texts = createUnsentTexts(storage);
  for (let n = 1; n <= 20; n += 1) texts.write(`thr_${n}`, 'text');
  texts.write('thr_1', 'again');
  texts.write('thr_21', 'text');
  expect([texts.read('thr_1'), texts.read('thr_2'), texts.read('thr_3')]).toEqual(['again', '', 'text']);
  expect(values.size).toBe(21);
});

test('a text is kept up to forty thousand characters', () => {
  const texts = createUnsentTexts();
  texts.write('thr_1', 'x'.repeat(50_000));
  expect(texts.read('thr_1')).toHaveLength(40_000);
});

test('a full storage keeps no outdated text', () => {
  const texts = createUnsentTexts(scriptedStorage({ maxChars: 100 }).storage);
  texts.write('thr_1', 'short');
  texts.write('thr_1', 'x'.repeat(200));
  expect(texts.read('thr_1')).toBe('');
});

test('a blocked storage does no harm', () => {
  const refuse = () => {
    throw new Error('SecurityError');
  };
  const texts = createUnsentTexts({ getItem: refuse, setItem: refuse, removeItem: refuse });
  texts.claim('usr_1');
  texts.write('thr_1', 'One');
  expect(texts.read('thr_1')).toBe('');
});
