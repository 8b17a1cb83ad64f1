/**
 * For all probes of one explanation together. The same whoever asks: with less time a slow service would look like one
 * that does not answer, and the list would name another root cause than the page that it leads to.
 */
export const EXPLAIN_BUDGET_MS = 2_000;
