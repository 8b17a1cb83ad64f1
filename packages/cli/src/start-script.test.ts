import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../../scripts/start/lock.js';
import {
  arePackagesBuilt,
  stampInstall,
  stampPackages,
  stampWeb,
  whyBuildPackages,
  whyBuildWeb,
  whyInstall,
} from '../../../scripts/start/staleness.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'netra-start-'));
  write('package-lock.json', lockFile('1.0.0'));
  write('tsconfig.json', JSON.stringify({ references: [{ path: 'packages/a' }] }));
  write('packages/a/src/index.ts', 'export const a = 1;');
  write('packages/web/src/main.tsx', 'render();');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('installing', () => {
  it('is needed at the first start', () => {
    expect(whyInstall(root)).toBe('first start');
  });

  it('is not needed again while the lock file stays the same', () => {
    write('node_modules/.keep', '');
    stampInstall(root);
    expect(whyInstall(root)).toBeUndefined();
  });

  it('is needed when the lock file changed', () => {
    write('node_modules/.keep', '');
    stampInstall(root);
    write('package-lock.json', lockFile('2.0.0'));
    expect(whyInstall(root)).toBe('package-lock.json changed');
  });

  it('takes what somebody installed by hand when it is what the lock file says', () => {
    write('node_modules/.package-lock.json', lockFile('1.0.0'));
    expect(whyInstall(root)).toBeUndefined();
  });

  it('does not take a tree of other versions, or one whose installation was cut short', () => {
    write('node_modules/.package-lock.json', lockFile('0.9.0'));
    expect(whyInstall(root)).toBe('package-lock.json changed');
    rmSync(join(root, 'node_modules/.package-lock.json'));
    expect(whyInstall(root)).toBe('package-lock.json changed');
  });
});

describe('building the packages', () => {
  it('is needed once, then not until a source changes', () => {
    expect(whyBuildPackages(root)).toBe('not built yet');
    buildPackages();
    expect(whyBuildPackages(root)).toBeUndefined();
    write('packages/a/src/index.ts', 'export const a = 2;');
    expect(whyBuildPackages(root)).toBe('sources changed');
  });

  it('is needed when somebody removed what was built', () => {
    buildPackages();
    rmSync(join(root, 'packages/a/dist'), { recursive: true });
    expect(whyBuildPackages(root)).toBe('not built yet');
  });

  it('is needed when somebody built in between, from whatever sources', () => {
    buildPackages();
    touch('packages/a/dist/.tsbuildinfo', 1_000);
    expect(whyBuildPackages(root)).toBe('sources changed');
  });

  it('by hand after the last change leaves something that may be run, and before it does not', () => {
    expect(arePackagesBuilt(root)).toBe(false);
    buildPackages();
    expect(arePackagesBuilt(root)).toBe(true);
    write('packages/a/src/index.ts', 'export const a = 3;');
    touch('packages/a/src/index.ts', 1_000);
    expect(arePackagesBuilt(root)).toBe(false);
    touch('packages/a/dist/.tsbuildinfo', 2_000);
    expect(arePackagesBuilt(root)).toBe(true);
  });

  it('does not care for tests, nor for the time of a file', () => {
    buildPackages();
    write('packages/a/src/index.test.ts', 'it();');
    utimesSync(join(root, 'packages/a/src/index.ts'), new Date(0), new Date(0));
    expect(whyBuildPackages(root)).toBeUndefined();
  });
});

describe('building the web app', () => {
  it('is needed when its own sources or those of the SDK changed', () => {
    write('packages/web/dist/index.html', '');
    stampWeb(root);
    expect(whyBuildWeb(root)).toBeUndefined();
    write('packages/client/src/index.ts', 'export const b = 1;');
    expect(whyBuildWeb(root)).toBe('sources changed');
  });
});

describe('the lock', () => {
  it('lets one in at a time, in this process and in others', async () => {
    const path = join(root, '.cache/start.lock');
    const order: string[] = [];
    const enter = (name: string) =>
      withLock(
        path,
        () => undefined,
        async () => {
          order.push(`${name} in`);
          await new Promise(setImmediate);
          order.push(`${name} out`);
        },
      );
    await Promise.all([enter('first'), enter('second')]);
    expect(order).toEqual(['first in', 'first out', 'second in', 'second out']);
    expect(existsSync(path)).toBe(false);
  });

  it('is taken over from a process that died', async () => {
    const path = join(root, '.cache/start.lock');
    write('.cache/start.lock/pid', String(2 ** 22 + 1)); // above the largest process id of Linux
    const waits: unknown[] = [];
    expect(
      await withLock(
        path,
        (pid: unknown) => waits.push(pid),
        async () => 'done',
      ),
    ).toBe('done');
    expect(waits).toEqual([]);
  });

  it('is free again after the work failed', async () => {
    const path = join(root, '.cache/start.lock');
    const fail = () => Promise.reject(new Error('no'));
    await expect(withLock(path, () => undefined, fail)).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function touch(path: string, aheadMs: number): void {
  const at = new Date(Date.now() + aheadMs);
  utimesSync(join(root, path), at, at);
}

function buildPackages(): void {
  write('packages/a/dist/index.js', '');
  write('packages/a/dist/.tsbuildinfo', '');
  stampPackages(root);
}

function lockFile(version: string): string {
  const packages = {
    'node_modules/x': { version, integrity: `sha512-${version}` },
    'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-o', optional: true },
  };
  return JSON.stringify({
    packages: version === '1.0.0' ? packages : { 'node_modules/x': packages['node_modules/x'] },
  });
}
