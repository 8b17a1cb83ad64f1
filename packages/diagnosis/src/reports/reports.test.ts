import { describe, expect, it } from 'vitest';
import { explain } from '../explain.ts';
import { attempt } from '../testing/attempts.ts';
import { FIVE_INCIDENTS } from '../testing/five-incidents.ts';
import { holdsSecret } from '../without-secrets.ts';
import { reportAsJson } from './report-as-json.ts';
import { reportAsMarkdown } from './report-as-markdown.ts';
import { reportAsText } from './report-as-text.ts';

describe.each(FIVE_INCIDENTS)('incident $name', ({ name, rootCause, record, evidence, around }) => {
  const explanation = explain(record, evidence);
  const input = { ...around, explanation };

  it('is explained by its root cause, in five whys', () => {
    const [best] = explanation.causes;
    expect(best?.root_cause).toBe(rootCause);
    expect(best?.confidence).toBeGreaterThanOrEqual(0.9);
    expect(best?.whys.length).toBeGreaterThanOrEqual(4);
    expect(best?.whys.filter((link) => link.evidence.length > 0).length).toBeGreaterThanOrEqual(3);
  });

  it('is told to people as the golden text says', () =>
    expect(reportAsText(input)).toMatchFileSnapshot(`golden/${name}.txt`));

  it('is written up as the golden Markdown says', () =>
    expect(reportAsMarkdown(input)).toMatchFileSnapshot(`golden/${name}.md`));

  it('holds no secret in any form', () => {
    for (const report of [reportAsText(input), reportAsMarkdown(input), reportAsJson(input)])
      expect(holdsSecret(report)).toBe(false);
  });
});

describe('a report', () => {
  it('says that nothing fits, and what was ruled out', () => {
    const explanation = explain(
      attempt('token_issuer_untrusted', { facts: { token: { issuer: 'a' }, expected: { issuer: 'a' } } }),
    );
    for (const report of [reportAsText({ explanation }), reportAsMarkdown({ explanation })]) {
      expect(report).toMatch(/not known/);
      expect(report).toContain('wrong_issuer');
    }
  });

  it('lets no client write markup into it', () => {
    const origin = '<img src=x onerror=alert(1)>|[click](javascript:alert(1))';
    const explanation = explain(
      attempt('origin_not_allowed', { client: { origin }, facts: { allowed_origins: [] } }),
    );
    const report = reportAsMarkdown({ explanation }).replaceAll(/`[^`]*`/g, '');
    expect(report).not.toContain('<img');
    expect(report).not.toMatch(/(?<!\\)\[click/);
  });
});
