import { execFileSync } from 'node:child_process';
import { poll } from './poll.ts';

/** The process and everything below it, by `ps`. */
export function processTree(rootPid: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n');
  const children = new Map<number, number[]>();
  for (const row of rows) {
    const [pid = '', parent = '', stat = ''] = row.trim().split(/\s+/);
    if (stat.startsWith('Z')) continue;
    children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(pid)]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(rootPid);
}

/** `kill -9` of a whole tree of processes that a test started; resolves when all of them are gone. */
export async function killTree(rootPid: number): Promise<void> {
  const pids = processTree(rootPid);
  for (const pid of pids) kill(pid);
  await poll(() => (pids.some((pid) => pid !== rootPid && isAlive(pid)) ? undefined : true), {
    what: `the processes ${pids.join(', ')} to end`,
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}

function isAlive(pid: number): boolean {
  return processTree(pid).length > 0 && psKnows(pid);
}

function psKnows(pid: number): boolean {
  try {
    const stat = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return !stat.trim().startsWith('Z');
  } catch {
    return false;
  }
}
