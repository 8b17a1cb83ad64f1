/** How fast a reader takes what is delivered: a feed leaves events in the table until it is ready for them. */
export interface Flow {
  /** Little waits for the reader: more may be delivered. */
  isReady(): boolean;
  /** Resolves when it is ready again, or gone. */
  drained(): Promise<void>;
}
