import { describe, expect, it } from 'vitest';
import { importsOf, manifestOf, type SourceFile, sourceFiles } from './source-files.ts';

/** The layers: what each package may import of ours. Imports point down only. */
const LAYERS: Record<string, readonly string[]> = {
  protocol: [],
  token: ['protocol'],
  service: ['protocol'],
  client: ['protocol'],
  agent: ['protocol'],
  diagnosis: ['protocol'],
  auth: ['protocol', 'token', 'service'],
  gateway: ['protocol', 'token', 'service', 'agent', 'diagnosis'],
  web: ['protocol', 'client'],
  cli: ['protocol', 'token', 'service', 'client', 'agent', 'diagnosis', 'auth', 'gateway', 'web'],
};

/** Tables: long because they hold data, not because they hold logic. */
const TABLES = ['packages/protocol/src/reasons.ts'];

const files = sourceFiles();
const production = files.filter(({ isTest, packageName }) => !isTest && packageName !== undefined);

function offenders(candidates: readonly SourceFile[], breaks: (file: SourceFile) => boolean): string[] {
  return candidates.filter(breaks).map(({ path }) => path);
}

describe('layers', () => {
  it.each(Object.entries(LAYERS))('%s imports only what lies below it', (name, allowed) => {
    const foreign = production
      .filter(({ packageName }) => packageName === name)
      .flatMap((file) => importsOf(file).map((specifier) => ({ path: file.path, specifier })))
      .filter(({ specifier }) => {
        const target = /^@netra\/([^/]+)/.exec(specifier)?.[1];
        return target !== undefined && target !== name && !allowed.includes(target);
      });
    expect(foreign).toEqual([]);
  });

  it('covers every package that there is', () => {
    const packages = new Set(files.flatMap(({ packageName }) => packageName ?? []));
    expect([...packages].sort()).toEqual(Object.keys(LAYERS).sort());
  });

  it.each(Object.entries(LAYERS))('the manifest of %s names no package above it', (name, allowed) => {
    const ours = Object.keys(manifestOf(name).dependencies ?? {}).flatMap(
      (d) => /^@netra\/(.+)$/.exec(d)?.[1] ?? [],
    );
    expect(ours.filter((dependency) => !allowed.includes(dependency))).toEqual([]);
  });

  it('enters a package by its entry only, never by a path into its sources', () => {
    const breaks = (file: SourceFile) =>
      importsOf(file).some((s) => /^@netra\/[^/]+\/(src|dist)/.test(s) || /^(\.\.\/)+packages\//.test(s));
    expect(offenders(production, breaks)).toEqual([]);
  });
});

describe('rules of the house', () => {
  it('reads the environment in one file', () => {
    const reading = offenders(production, ({ text }) => /\bprocess\.env\b/.test(text));
    expect(reading).toEqual(['packages/cli/src/environment.ts']);
  });

  it('leaves signatures to the packages for tokens', () => {
    const using = production.filter((file) =>
      importsOf(file).some((s) => s === 'jose' || s.startsWith('jose/')),
    );
    expect(using.filter(({ packageName }) => packageName !== 'token' && packageName !== 'auth')).toEqual([]);
  });

  it('writes close codes and the subprotocol in the contract only', () => {
    const breaks = ({ text, packageName }: SourceFile) =>
      packageName !== 'protocol' &&
      (/['"`](netra\.v1)['"`]/.test(text) ||
        /\b(1008|1009|1011|1012|1013|3003|3008)\b/.test(withoutComments(text)));
    expect(offenders(production, breaks)).toEqual([]);
  });

  it('keeps files short: none over 500 lines, few over 300', () => {
    const lines = files
      .filter(({ path }) => !TABLES.includes(path))
      .map(({ path, text }) => ({ path, lines: text.split('\n').length }));
    expect(lines.filter((file) => file.lines > 500)).toEqual([]);
    expect(lines.filter((file) => file.lines > 300).length).toBeLessThanOrEqual(
      Math.ceil(files.length * 0.03),
    );
  });

  it('names files after what they hold', () => {
    const breaks = ({ path }: SourceFile) =>
      /\/(utils?|common|helpers?|types|misc|shared)(\.tsx?|\/)/.test(path);
    expect(offenders(files, breaks)).toEqual([]);
  });

  it('skips no test and silences no type check without a word', () => {
    const breaks = ({ text, path }: SourceFile) =>
      !path.endsWith('repository-rules.test.ts') &&
      (/\b(it|test|describe)\.(skip|todo|only)\(/.test(text) || /@ts-(ignore|nocheck)/.test(text));
    expect(offenders(files, breaks)).toEqual([]);
  });

  it('exports by name', () => {
    const breaks = ({ text }: SourceFile) => /^export default /m.test(withoutTemplates(text));
    expect(offenders(production, breaks)).toEqual([]);
  });

  it('logs through the logger, not the console', () => {
    const breaks = ({ text, packageName }: SourceFile) =>
      packageName !== 'cli' && /\bconsole\.\w+\(/.test(withoutComments(text));
    expect(offenders(production, breaks)).toEqual([]);
  });
});

/** Template literals hold text for people, examples of code among it. */
function withoutTemplates(text: string): string {
  return text.replaceAll(/`(?:\\.|[^`\\])*`/g, '``');
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}
