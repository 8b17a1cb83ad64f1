import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A text that is the same as long as this pid is the same running process, and undefined when it ended.
 * A pid alone is not enough: it is reused, and `kill(pid, 0)` also succeeds for a zombie.
 */
export async function identifyProcess(pid: number): Promise<string | undefined> {
  try {
    return process.platform === 'linux' ? await identifyOnLinux(pid) : await identifyByPs(pid);
  } catch {
    // Both sources fail in the same way when there is no such process.
    return undefined;
  }
}

/** Whether the process is a PostgreSQL that works in this folder. */
export async function isPostgresOf(pid: number, clusterPath: string): Promise<boolean> {
  try {
    if (process.platform === 'linux') return (await readlink(`/proc/${pid}/cwd`)) === clusterPath;
    const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]);
    return stdout.includes(clusterPath);
  } catch {
    return false;
  }
}

/** Waits for the process to end (a zombie counts as ended); false when it still runs after `timeoutMs`. */
export async function waitForEnd(pid: number, timeoutMs: number): Promise<boolean> {
  const endsAt = Date.now() + timeoutMs;
  while ((await identifyProcess(pid)) !== undefined) {
    if (Date.now() > endsAt) return false;
    await wait(10);
  }
  return true;
}

/** proc(5): the name in parentheses may hold anything, so count from the last one. Field 3 is the state, 22 the start. */
async function identifyOnLinux(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  if (state === 'Z' || state === 'X') return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${fields[19]} ${boot.trim()}`.trim();
}

async function identifyByPs(pid: number): Promise<string | undefined> {
  const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
  });
  const [state, ...start] = stdout.trim().split(/\s+/);
  return state === undefined || state.startsWith('Z') ? undefined : start.join(' ');
}
