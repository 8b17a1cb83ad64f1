/**
 * `npm run mutation:isolation`: removes each condition that binds a row to its owner, one at a time, and runs the tests
 * of isolation. Every removal has to make one fail. Sources are changed on their way into Vitest, never on disk.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';

const SOURCES = fileURLToPath(new URL('../packages/gateway/src/', import.meta.url));
const TESTS = ['packages/gateway/src/ownership.test.ts', 'packages/gateway/src/tickets/tickets.test.ts'];

/** Where: file, and which ownership conditions it holds, in the order of the file. */
const CONDITIONS: readonly { file: string; pattern: RegExp; because: string }[] = [
  { file: 'threads/threads.ts', pattern: /\.where\('owner_id', '=', ownerId\)/g, because: 'threads' },
  {
    file: 'event-log/deleted-threads.ts',
    pattern: /\.where\('owner_id', '=', ownerId\)/g,
    because: 'deleting',
  },
  {
    file: 'event-log/deleted-threads.ts',
    pattern: /where\('(deleted_)?owner_id', 'in', ownerIds\), /g,
    because: 'notices',
  },
  {
    file: 'threads/store-message.ts',
    pattern: /\.where\('owner_id', '=', key\.ownerId\)/g,
    because: 'posting',
  },
  { file: 'threads/idempotency.ts', pattern: /\.where\('owner_id', '=', ownerId\)/g, because: 'message ids' },
  {
    file: 'event-log/event-rows.ts',
    pattern:
      /\.where\(\(\{ fn \}\) => fn\.coalesce\('threads\.owner_id', 'threads\.deleted_owner_id'\), '=', ownerId\)/g,
    because: 'events',
  },
  { file: 'event-log/feed.ts', pattern: /\.where\('owner_id', '=', ownerId\)/g, because: 'resuming' },
  {
    file: 'event-log/snapshot.ts',
    pattern: /\.where\('owner_id', '=', (of\.)?ownerId\)/g,
    because: 'snapshots',
  },
  {
    file: 'event-log/wire-rows.ts',
    pattern: /\.where\('threads\.owner_id', '=', ownerId\)/g,
    because: 'messages',
  },
  { file: 'event-log/append.ts', pattern: / AND owner_id = \$\{ownerId\}/g, because: 'appending' },
  {
    file: 'event-log/append-batch.ts',
    pattern: /AND threads\.owner_id = part\.owner_id/g,
    because: 'appending together',
  },
  { file: 'event-log/append-batch.ts', pattern: /AND threads\.fence = part\.fence/g, because: 'fences' },
  { file: 'runs/runs.ts', pattern: /\.where\('owner_id', '=', ownerId\)/g, because: 'runs' },
  { file: 'runs/end-runs.ts', pattern: /\.where\('owner_id', '=', ownerId\)/g, because: 'ending runs' },
  {
    file: 'runs/history.ts',
    pattern: /\.where\('runs\.owner_id', '=', run\.owner_id\)/g,
    because: 'history',
  },
  { file: 'runs/tool-results.ts', pattern: /\.where\('owner_id', '=', of\.ownerId\)/g, because: 'results' },
  { file: 'tickets/tickets.ts', pattern: / AND user_id = \$2/g, because: 'tickets' },
];

interface Mutation {
  path: string;
  name: string;
  /** The source without the condition. */
  source: string;
}

function mutationsOf({ file, pattern, because }: (typeof CONDITIONS)[number]): Mutation[] {
  const path = SOURCES + file;
  const source = readFileSync(path, 'utf8');
  const mutations = [...source.matchAll(pattern)].map((match) => ({
    path,
    name: `${because}: ${file}:${source.slice(0, match.index).split('\n').length}`,
    source:
      source.slice(0, match.index) + substituteFor(match[0]) + source.slice(match.index + match[0].length),
  }));
  if (mutations.length === 0)
    throw new Error(`${file} has no condition ${pattern}: this list is out of date`);
  return mutations;
}

/** A parameter without a use has no type that PostgreSQL could tell. */
function substituteFor(condition: string): string {
  return condition.includes('$2') ? ' AND $2::text IS NOT NULL' : '';
}

async function failingTests({ path, source }: Mutation): Promise<string[]> {
  const vitest = await startVitest(
    'test',
    [],
    {
      // Projects of a configuration file would not inherit the plugin.
      config: false,
      watch: false,
      include: TESTS,
      globalSetup: ['tests/kit/global-setup.ts'],
      testTimeout: 20_000,
      reporters: [{}],
      bail: 1,
    },
    {
      ssr: { resolve: { conditions: ['netra-source', 'module', 'node', 'development|production'] } },
      plugins: [{ name: 'mutate', enforce: 'pre', load: (id: string) => (id === path ? source : undefined) }],
    },
  );
  const modules = vitest.state.getTestModules();
  const failed = modules.flatMap((module) => [...module.children.allTests('failed')].map(({ name }) => name));
  await vitest.close();
  if (modules.length < TESTS.length) throw new Error('the tests did not run');
  process.exitCode = 0; // set by Vitest, because a test failed: here that is what has to happen
  return failed;
}

let survived = 0;
for (const mutation of CONDITIONS.flatMap(mutationsOf)) {
  const [first] = await failingTests(mutation);
  if (first === undefined) survived++;
  console.log(
    first === undefined ? `SURVIVED  ${mutation.name}` : `seen      ${mutation.name} by "${first}"`,
  );
}
console.log(survived === 0 ? 'Every condition is needed.' : `${survived} conditions can be removed unseen.`);
process.exitCode = survived === 0 ? 0 : 1;
