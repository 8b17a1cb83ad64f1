import { describe, expect, it } from 'vitest';
import { explain } from '../explain.ts';
import { attempt, relative } from '../testing/attempts.ts';
import { IncidentBook } from './incident-book.ts';

function setUp(options: { openAfter?: number } = {}) {
  let number = 0;
  const newId = () => `inc_${++number}`;
  const book = new IncidentBook({ newId, ...options });
  const fail = (seconds: number, userId = 'usr_1', location = 'ladder.ts:10') =>
    book.record({
      explanation: explain(
        attempt('internal_error', {
          attempt_id: `att_${seconds}`,
          at: relative(seconds),
          facts: { exception: { name: 'TypeError', location, release: '1.4.0' } },
        }),
      ),
      userId,
    });
  const nowMs = (seconds: number) => Date.parse(relative(seconds));
  return { book, fail, nowMs };
}

describe('IncidentBook', () => {
  it('opens an incident at the third attempt of one cause', () => {
    const { fail } = setUp();
    expect([...fail(0), ...fail(1, 'usr_2')]).toEqual([]);

    expect(fail(2)).toEqual([
      {
        type: 'incident_opened',
        incident: {
          incident_id: 'inc_1',
          state: 'open',
          root_cause: 'code_defect',
          code: 'internal_error',
          discriminator: 'ladder.ts:10',
          opened_at: relative(2),
          first_seen: relative(0),
          last_seen: relative(2),
          count: 3,
          user_count: 2,
          release: '1.4.0',
          example_attempt_id: 'att_2',
        },
      },
    ]);
  });

  it('opens none for attempts far apart', () => {
    const { fail } = setUp();
    expect([...fail(0), ...fail(400), ...fail(800)]).toEqual([]);
  });

  it('counts on, and says so at most once a minute', () => {
    const { book, fail } = setUp({ openAfter: 1 });
    fail(0);
    expect(fail(10, 'usr_2')).toEqual([]);
    const [event] = fail(70, 'usr_2');

    expect(event).toMatchObject({
      type: 'incident_updated',
      incident: { count: 3, user_count: 2, last_seen: relative(70) },
    });
    expect(book.open()).toHaveLength(1);
  });

  it('keeps defects at different places apart', () => {
    const { book, fail } = setUp({ openAfter: 1 });
    fail(0);
    fail(1, 'usr_1', 'append.ts:7');
    expect(book.open().map(({ discriminator }) => discriminator)).toEqual(['ladder.ts:10', 'append.ts:7']);
  });

  it('closes an incident once it has been quiet, and opens a new one afterwards', () => {
    const { book, fail, nowMs } = setUp({ openAfter: 1 });
    fail(0);
    expect(book.tick(nowMs(599))).toEqual([]);

    expect(book.tick(nowMs(600))).toMatchObject([
      { type: 'incident_closed', incident: { state: 'closed', closed_at: relative(600), count: 1 } },
    ]);
    expect(fail(700)).toMatchObject([{ incident: { incident_id: 'inc_2' } }]);
  });

  it('goes on with what an earlier process had open', () => {
    const first = setUp({ openAfter: 1 });
    first.fail(0);
    const second = setUp({ openAfter: 1 });
    second.book.adopt(first.book.open());
    second.fail(70);

    expect(second.book.open()).toMatchObject([{ incident_id: 'inc_1', count: 2 }]);
  });

  it('groups what no rule explains by its code', () => {
    const { book } = setUp({ openAfter: 1 });
    book.record({ explanation: explain(attempt('route_unknown')) });
    book.record({ explanation: explain(attempt('headers_too_large')) });

    expect(book.open().map(({ root_cause, code }) => [root_cause, code])).toEqual([
      ['unknown', 'route_unknown'],
      ['unknown', 'headers_too_large'],
    ]);
  });

  it('bounds what it watches', () => {
    const book = new IncidentBook({ newId: () => 'inc' });
    for (let place = 0; place < 2_000; place++) {
      const facts = { exception: { name: 'E', location: `a.ts:${place}` } };
      book.record({ explanation: explain(attempt('internal_error', { facts, at: relative(place) })) });
    }
    expect(book.size()).toBeLessThanOrEqual(500);
  });
});
