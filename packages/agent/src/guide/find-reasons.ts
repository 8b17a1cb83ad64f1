import { REASONS, type ReasonCode } from '@netra/protocol';

/** A row of the reason table, as `search_docs` shows it. */
export interface FoundReason {
  readonly code: ReasonCode;
  readonly http?: number;
  readonly close?: number;
  readonly title: string;
  readonly meaning: string;
  readonly fix: string;
}

/** The reasons that a text names by their code (`token_expired`) or by their number (HTTP 429, close 3008). */
export function findReasons(text: string): FoundReason[] {
  const words = new Set(text.toLowerCase().match(/[a-z0-9_]+/g));
  return Object.values(REASONS)
    .filter(
      ({ code, http, close }) =>
        words.has(code) || words.has(String(http ?? '-')) || words.has(String(close ?? '-')),
    )
    .map(({ code, http, close, title, meaning, fix }) => ({
      code,
      ...(typeof http === 'number' ? { http } : {}),
      ...(typeof close === 'number' ? { close } : {}),
      title,
      meaning,
      fix,
    }));
}
