import { describe, expect, it } from 'vitest';
import { main } from './main.ts';
import { recordingIo } from './testing/recording-io.ts';

describe('the command line', () => {
  it('lists every command and how it ends', async () => {
    const io = recordingIo();
    expect(await main(['--help'], io)).toBe(0);
    for (const name of [
      'up',
      'auth',
      'gateway',
      'migrate',
      'config',
      'users',
      'seed',
      'keys',
      'services',
      'token',
      'login',
      'logout',
      'doctor',
      'why',
    ]) {
      expect(io.output()).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
    expect(io.output()).toContain('Exit codes: 0 fine, 1 findings, 2 could not run.');
  });

  it.each([
    ...[
      ['up'],
      ['auth'],
      ['gateway'],
      ['migrate'],
      ['login'],
      ['logout'],
      ['doctor'],
      ['why'],
      ['config', 'check'],
      ['seed', 'e2e'],
    ],
    ...['inspect', 'issue', 'print'].map((name) => ['token', name]),
    ...['create', 'list', 'deactivate', 'activate', 'role', 'reset'].map((name) => ['users', name]),
    ...['list', 'rotate', 'revert', 'revoke'].map((name) => ['keys', name]),
    ...['list', 'add', 'revoke'].map((name) => ['services', name]),
  ])('shows examples for %s', async (...path) => {
    const io = recordingIo();
    expect(await main([...path, '--help'], io)).toBe(0);
    expect(io.output()).toMatch(/Examples:\n( {2}\$ .*\n?)+/);
  });

  it('prints its version', async () => {
    const io = recordingIo();
    expect(await main(['--version'], io)).toBe(0);
    expect(io.output()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each([
    ['an unknown command', ['upp'], 'netra --help'],
    ['an unknown option', ['up', '--prot', '1'], 'netra up --help'],
    ['a missing argument', ['token', 'inspect'], 'netra token inspect --help'],
    ['no command at all', [], 'Usage: netra'],
    ['a group without its command', ['token'], 'Usage: netra token'],
  ])('could not run with %s, and says what to run', async (_what, args, mend) => {
    const io = recordingIo();
    expect(await main(args, io)).toBe(2);
    expect(io.errors()).toContain(mend);
  });

  it('reports everything that is missing or wrong in the settings at once', async () => {
    const io = recordingIo({ env: { ENVIRONMENT: 'production', PORT: 'many' } });
    expect(await main(['up'], io)).toBe(2);
    expect(io.errors()).toMatch(/\d+ settings are missing or wrong:/);
    for (const setting of ['PORT', 'AUTH_ENCRYPTION_KEY', 'SERVICE_SECRET', 'NETRA_PUBLIC_URL']) {
      expect(io.errors()).toContain(setting);
    }
  });

  it('names the agent module that cannot be loaded', async () => {
    const io = recordingIo();
    expect(await main(['up', '--agents', './no-such-agents.js'], io)).toBe(2);
    expect(io.errors()).toContain('no-such-agents.js cannot be loaded');
  });
});
