// One installation or build at a time: a folder is the lock, because mkdir is atomic everywhere.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
/** A lock folder without an owner is being made right now, or its maker died between two system calls. */
const OWNERLESS_MS = 5_000;

/** Waits for the lock, runs `work`, and lets go, whatever happens. `onWait(pid)` is called once. */
export async function withLock(path, onWait, work) {
  let hasWaited = false;
  while (!tryLock(path)) {
    const owner = readOwner(path);
    if (isAbandoned(path, owner)) {
      breakLock(path, owner);
      continue;
    }
    if (!hasWaited) onWait(owner);
    hasWaited = true;
    await sleep(POLL_MS);
  }
  const release = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  try {
    mkdirSync(path);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(path, 'pid'), String(process.pid));
  return true;
}

function readOwner(path) {
  try {
    const pid = Number(readFileSync(join(path, 'pid'), 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined; // no owner written yet, or released this moment: the next turn of the loop sees
  }
}

function isAbandoned(path, owner) {
  if (owner !== undefined) return !isAlive(owner);
  try {
    return Date.now() - statSync(path).mtimeMs > OWNERLESS_MS;
  } catch {
    return false; // released this moment
  }
}

// Renaming first lets exactly one waiter remove it. Should a new owner have taken the lock since we looked, it
// gets its folder back.
function breakLock(path, owner) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (readOwner(aside) === owner) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
