import { createLogger } from '@netra/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALLOWED_ORIGIN, startTestGateway, type TestGateway } from '../testing/gateway-kit.ts';
import { refusedUpgrade } from '../testing/raw-upgrade.ts';
import { connectSocket } from '../testing/socket-client.ts';
import { createTickets } from './tickets.ts';

let kit: TestGateway;
beforeAll(async () => {
  kit = await startTestGateway();
});
afterAll(() => kit.close());

async function takeTicket(user: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await kit.request('/v1/ws/ticket', { user, method: 'POST', headers });
  expect(response.status).toBe(201);
  const { ticket, ws_url: wsUrl, expires_in_ms: expiresInMs } = await response.json();
  expect(wsUrl).toBe(`ws://localhost:${kit.port}/ws`);
  expect(expiresInMs).toBeLessThanOrEqual(30_000);
  return ticket;
}

const offer = (ticket: string) => ({ 'Sec-WebSocket-Protocol': `netra.v1, ticket.${ticket}` });
const refused = async (ticket: string, headers: Record<string, string> = {}) =>
  (await refusedUpgrade({ port: kit.port, headers: { ...offer(ticket), ...headers } })).problem.code;

test('a ticket opens one connection of its user, and only netra.v1 is echoed', async () => {
  const ticket = await takeTicket('ada', { origin: ALLOWED_ORIGIN });
  const client = await connectSocket({
    port: kit.port,
    protocols: ['netra.v1', `ticket.${ticket}`],
    headers: { origin: ALLOWED_ORIGIN },
  });
  expect(await client.next('connection_established')).toMatchObject({
    user_id: 'ada',
    session_id: 'session-of-ada',
  });
  expect(client.webSocket.protocol).toBe('netra.v1');
  client.webSocket.close();
  expect(await refused(ticket, { Origin: ALLOWED_ORIGIN })).toBe('ticket_used');
});

test('of twenty simultaneous uses of a ticket exactly one gets in', async () => {
  const ticket = await takeTicket('ada');
  const attempts = Array.from({ length: 20 }, () =>
    connectSocket({ port: kit.port, protocols: ['netra.v1', `ticket.${ticket}`] }),
  );
  const outcomes = await Promise.allSettled(attempts);
  const open = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  expect(open).toHaveLength(1);
  for (const client of open) client.webSocket.close();
});

test('of two nodes that are shown a ticket at once, one lets its holder in', async () => {
  const other = await startTestGateway({ beside: kit });
  for (let round = 0; round < 10; round++) {
    const ticket = await takeTicket('ada');
    const race = [kit, other, kit, other].map(({ port }) =>
      connectSocket({ port, protocols: ['netra.v1', `ticket.${ticket}`] }),
    );
    const outcomes = await Promise.allSettled(race);
    const open = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(open).toHaveLength(1);
    for (const client of open) client.webSocket.close();
    await Promise.all(open.map(({ closed }) => closed));
  }
  await other.close();
});

test('a ticket is bound to the origin that asked, and a wrong use spends it', async () => {
  const ticket = await takeTicket('ada', { origin: ALLOWED_ORIGIN });
  expect(await refused(ticket)).toBe('ticket_binding_wrong');
  expect(await refused(ticket, { Origin: ALLOWED_ORIGIN })).toBe('ticket_used');
});

test('a ticket ends after 30 seconds', async () => {
  const ticket = await takeTicket('ada');
  kit.clock.advance(30_001);
  expect(await refused(ticket)).toBe('ticket_expired');
});

test('a user who was deactivated after the ticket was issued does not get in', async () => {
  kit.issuer.addUser({ user_id: 'eve' });
  await takeTicket('eve');
  // What the directory said counts for 30 s; the second ticket outlives that.
  kit.clock.advance(20_000);
  const ticket = await takeTicket('eve');
  kit.issuer.addUser({ user_id: 'eve', active: false });
  kit.clock.advance(15_000);
  expect(await refused(ticket)).toBe('user_inactive');
});

test('previous_ticket tells the owner, and nobody else, why the upgrade was refused', async () => {
  const ticket = await takeTicket('ada', { origin: ALLOWED_ORIGIN });
  const upgrade = await refusedUpgrade({
    port: kit.port,
    headers: { ...offer(ticket), Origin: 'https://evil.test' },
  });
  expect(upgrade.problem.code).toBe('origin_not_allowed');
  const body = { previous_ticket: ticket };
  const told = await kit.request('/v1/ws/ticket', { user: 'ada', method: 'POST', body });
  expect(told.status).toBe(403);
  expect(await told.json()).toMatchObject({
    code: 'origin_not_allowed',
    attempt_id: upgrade.problem.attempt_id,
  });
  const other = await kit.request('/v1/ws/ticket', { user: 'bob', method: 'POST', body });
  expect(other.status).toBe(201);
});

test('that the ticket is used by then does not hide why its first upgrade was refused', async () => {
  const ticket = await takeTicket('ada', { origin: ALLOWED_ORIGIN });
  const first = await refusedUpgrade({ port: kit.port, headers: offer(ticket) });
  // A proxy tries again, as nginx does where it is told to.
  expect(await refused(ticket, { Origin: ALLOWED_ORIGIN })).toBe('ticket_used');
  const told = await kit.request('/v1/ws/ticket', {
    user: 'ada',
    method: 'POST',
    body: { previous_ticket: ticket },
  });
  expect(await told.json()).toMatchObject({
    code: 'ticket_binding_wrong',
    attempt_id: first.problem.attempt_id,
  });
});

test('refusals of a flood are kept for so many tickets, those for other reasons for all', async () => {
  const { pool, clock } = kit;
  const log = createLogger({ level: 'silent' });
  const tickets = createTickets({
    pool,
    environment: 'development',
    now: clock.now,
    log,
    rateRecordsPerMinute: 2,
  });
  const [first, second, third, fourth] = [
    await takeTicket('ada'),
    await takeTicket('ada'),
    await takeTicket('ada'),
    await takeTicket('ada'),
  ];
  for (const ticket of [first, second, third])
    await tickets.recordRefusal(ticket, { refusal: { code: 'rate_limited' }, attemptId: 'att_1' });
  await tickets.recordRefusal(fourth, { refusal: { code: 'connection_limit' }, attemptId: 'att_2' });
  const told = await Promise.all(
    [first, second, third, fourth].map((ticket) => tickets.previousRefusal({ ticket, userId: 'ada' })),
  );
  expect(told.map((recorded) => recorded?.refusal.code)).toEqual([
    'rate_limited',
    'rate_limited',
    undefined,
    'connection_limit',
  ]);
});

test('the table of tickets holds neither ticket nor token', async () => {
  const ticket = await takeTicket('ada');
  const { rows } = await kit.pool.query<{ row: string }>('SELECT tickets::text AS row FROM tickets');
  const table = rows.map(({ row }) => row).join('\n');
  expect(table).toContain('session-of-ada');
  expect(table).not.toContain(ticket);
  expect(table).not.toContain(Buffer.from(ticket).toString('hex'));
  expect(table).not.toContain(Buffer.from('eyJ').toString('hex'));
});
