import type { ClientFrame } from '@netra/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createManualClock } from './testing/manual-clock.ts';
import { event, snapshot } from './testing/thread-script.ts';
import { createThreadSync } from './thread-sync.ts';

const eventAt = (seq: number, epoch: string) =>
  event(seq, 'agent_thinking', { text: String(seq) }, { epoch });

/** What a network and a server can do to a subscriber. */
type Step =
  | { do: 'append' }
  | { do: 'deliver' }
  | { do: 'repeat'; back: number }
  | { do: 'lose' }
  | { do: 'answer' }
  | { do: 'reconnect' }
  | { do: 'new epoch' };

const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.constant<Step>({ do: 'append' }),
    fc.constant<Step>({ do: 'deliver' }),
    fc.record({ do: fc.constant('repeat' as const), back: fc.nat(5) }),
    fc.constant<Step>({ do: 'lose' }),
    fc.constant<Step>({ do: 'answer' }),
    fc.constant<Step>({ do: 'reconnect' }),
    fc.constant<Step>({ do: 'new epoch' }),
  ),
  { minLength: 20, maxLength: 80, size: 'max' },
);

/** A log with one subscriber, whose deliveries can be lost, repeated and overtaken by a new subscription. */
function createModel() {
  let epoch = 'epo_0';
  let epochCount = 0;
  let lastSeq = 0;
  let sentSeq = 0;
  let pending: Extract<ClientFrame, { type: 'subscribe' }> | undefined;
  const seen: Array<{ epoch: string; seq: number; isSnapshot: boolean }> = [];
  const sync = createThreadSync({
    threadId: 'thr_1',
    clock: createManualClock(),
    random: () => 1,
    send(frame) {
      if (frame.type === 'subscribe') pending = frame;
      return true;
    },
    onEvent: ({ epoch: of, seq }) => seen.push({ epoch: of, seq, isSnapshot: false }),
    onSnapshot: ({ last_seq }) => seen.push({ epoch, seq: last_seq, isSnapshot: true }),
    onLive: () => {},
    onRefused: () => {},
  });

  function answer(): void {
    if (pending === undefined) return;
    const { id, epoch: known, after_seq } = pending;
    pending = undefined;
    const recovered = known === epoch && after_seq !== undefined && after_seq <= lastSeq;
    sentSeq = recovered ? after_seq : lastSeq;
    const base = {
      type: 'subscribed',
      at: '',
      thread_id: 'thr_1',
      epoch,
      last_seq: lastSeq,
      recovered,
    } as const;
    const withRef = id === undefined ? base : { ...base, ref: id };
    sync.receiveSubscribed(recovered ? withRef : { ...withRef, snapshot: snapshot({ last_seq: lastSeq }) });
  }

  function take(step: Step): void {
    if (step.do === 'append') lastSeq += 1;
    else if (step.do === 'answer') answer();
    else if (step.do === 'reconnect') sync.resume();
    else if (step.do === 'lose') sentSeq = Math.min(lastSeq, sentSeq + 1);
    else if (step.do === 'repeat') sentSeq = Math.max(0, sentSeq - step.back);
    else if (step.do === 'new epoch') {
      epochCount += 1;
      epoch = `epo_${epochCount}`;
    } else if (sentSeq < lastSeq) {
      sentSeq += 1;
      sync.receiveEvent(eventAt(sentSeq, epoch));
    }
  }

  /** A good network from here on: everything arrives in the end. */
  function settle(): void {
    sync.resume();
    while (pending !== undefined) {
      answer();
      while (sentSeq < lastSeq) take({ do: 'deliver' });
    }
  }

  sync.start();
  return { take, settle, seen, sync, end: () => ({ epoch, seq: lastSeq }) };
}

test('whatever the network does, a thread is seen without gaps, in order and once, or by an explicit snapshot', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const model = createModel();
      for (const step of script) model.take(step);
      model.settle();
      for (const [index, { epoch, seq, isSnapshot }] of model.seen.entries()) {
        const before = model.seen[index - 1];
        if (!isSnapshot)
          expect({ epoch, seq }).toEqual({ epoch: before?.epoch, seq: (before?.seq ?? 0) + 1 });
      }
      expect(model.sync.position).toEqual(model.end());
    }),
    { numRuns: 500 },
  );
});
