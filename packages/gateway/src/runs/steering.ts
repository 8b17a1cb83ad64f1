export interface SteeringMessage {
  messageId: string;
  text: string;
}

/** The steering messages of one run, between their arrival and the agent's next look. */
export interface Steering {
  /** Adds those that are new: the same message may come by the shortest way and from the table. */
  add(messages: SteeringMessage[]): void;
  take(): string[];
  markTaken(messageIds: string[]): void;
  /** Ids of all that the agent took. */
  taken(): string[];
}

export function createSteering(): Steering {
  const known = new Set<string>();
  const taken = new Set<string>();
  let waiting: SteeringMessage[] = [];
  return {
    add(messages) {
      for (const message of messages) {
        if (known.has(message.messageId)) continue;
        known.add(message.messageId);
        waiting.push(message);
      }
    },
    take() {
      const texts = waiting.map(({ text }) => text);
      for (const { messageId } of waiting) taken.add(messageId);
      waiting = [];
      return texts;
    },
    markTaken(messageIds) {
      for (const id of messageIds) {
        known.add(id);
        taken.add(id);
      }
      waiting = waiting.filter(({ messageId }) => !taken.has(messageId));
    },
    taken: () => [...taken],
  };
}
