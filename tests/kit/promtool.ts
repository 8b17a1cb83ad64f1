import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/** Where Prometheus' own checker is; undefined where it is not. `NETRA_REQUIRE_ALL` makes its absence a failure. */
export function findPromtool(): string | undefined {
  const found = FOLDERS.map((folder) => join(folder, 'promtool')).find((path) => existsSync(path));
  if (found === undefined && process.env.NETRA_REQUIRE_ALL === '1')
    throw new Error('No promtool was found. Install it (Debian: apt-get install prometheus).');
  return found;
}

/** What it has to say against a text of metrics: nothing, where all is as it should be. */
export function checkMetrics(promtool: string, text: string): string {
  const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  const said = `${stdout}${stderr}`.trim();
  return said === '' && status !== 0 ? `promtool ended with ${status}` : said;
}

/** What it has to say against rules and what their tests expect of them: nothing, where all is as it should be. */
export function checkRules(promtool: string, { rules, tests }: { rules: string; tests: string }): string {
  const runs = [
    ['check', 'rules', rules],
    ['test', 'rules', tests],
  ].map((args) => spawnSync(promtool, args, { encoding: 'utf8' }));
  const failed = runs.filter(({ status }) => status !== 0);
  return failed.map(({ stdout, stderr }) => `${stdout}${stderr}`.trim() || 'promtool failed').join('\n');
}
