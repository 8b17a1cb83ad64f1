import type { ExplanationBody } from '@netra/protocol';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { Router } from 'wouter';
import { CauseHead } from './CauseHead.tsx';
import { drawPath } from './draw-path.ts';
import { MendPanel } from './MendPanel.tsx';
import { NotCauses } from './NotCauses.tsx';
import { PathPanel } from './PathPanel.tsx';
import { WhysPanel } from './WhysPanel.tsx';

const cause: ExplanationBody['causes'][number] = {
  root_cause: 'secret_mismatch',
  title: 'Issuer and verifier hold different secrets',
  confidence: 0.98,
  reason: 'The check values differ.',
  position: 'cause',
  whys: [
    {
      question: 'Why was it refused?',
      answer: 'The origin was <img src=x onerror=alert(1)>, see `origin`.',
      evidence: [
        { source: 'origin', observed: '<script>alert(1)</script>', expected: 'https://chat.example.com' },
      ],
    },
  ],
  fix: { action: 'Set one secret.', command: 'netra config check' },
  prevention: 'Use public keys.',
};
const explanation: ExplanationBody = {
  attempt_id: 'att_1',
  subject: { kind: 'attempt', id: 'att_1' },
  at: '2026-01-01T00:00:00.000Z',
  code: 'token_signature_invalid',
  summary: 'Signature invalid.',
  causes: [cause],
  ruled_out: [{ root_cause: 'token_tampered', because: 'The keys differ.' }],
  path: [
    { step: 'path', outcome: 'ok', duration_ms: 1 },
    { step: 'token', outcome: 'refused', duration_ms: 3 },
  ],
  incident_id: 'inc_1',
  not_available: [{ probe: 'keys', because: 'late' }],
};

describe('the page that says why', () => {
  test('shows what a client wrote as text, never as markup', () => {
    const html = renderToStaticMarkup(<WhysPanel cause={cause} />);
    expect(html).not.toMatch(/<(?:img|script)/);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('<code class="font-mono text-[0.92em]">origin</code>');
    expect(html).toContain('https://chat.example.com');
  });

  test('marks the step at which it ended, and says what the client was answered', () => {
    const html = renderToStaticMarkup(<PathPanel explanation={explanation} />);
    expect(html.match(/data-state="failed"/g)).toHaveLength(1);
    expect(html).toContain('HTTP 401');
    expect(renderToStaticMarkup(<PathPanel explanation={{ ...explanation, path: [] }} />)).toBe('');
  });

  test('says how a connection was closed', () => {
    const closed = {
      ...explanation,
      code: 'token_expired',
      subject: { kind: 'connection', id: 'con_1' },
    } as const;
    expect(renderToStaticMarkup(<PathPanel explanation={closed} />)).toContain('Closed 3000');
  });

  test('draws each step where it lies in time', () => {
    expect(drawPath(explanation.path)).toEqual({
      totalMs: 4,
      steps: [
        { step: 'path', outcome: 'ok', state: 'ok', durationMs: 1, startShare: 0, share: 0.25 },
        { step: 'token', outcome: 'refused', state: 'failed', durationMs: 3, startShare: 0.25, share: 0.75 },
      ],
    });
    expect(drawPath([{ step: 'path', outcome: 'ok', duration_ms: 0 }]).steps[0]?.share).toBe(0);
  });

  test('names cause, code and incident, each leading on', () => {
    const html = headOf(explanation);
    expect(html).toContain('data-root-cause="secret_mismatch"');
    expect(html).toContain('href="/console/attempts?root_cause=secret_mismatch"');
    expect(html).toContain('inc_1');
  });

  test('says so where the root cause is not known', () => {
    const html = headOf({ ...explanation, causes: [] });
    expect(html).toContain('The root cause is not known');
    expect(html).toContain('data-root-cause="unknown"');
  });

  test('gives the mend with its command to copy', () => {
    const html = renderToStaticMarkup(<MendPanel cause={cause} />);
    expect(html).toContain('netra config check');
    expect(html).toContain('aria-label="Copy the command"');
  });

  test('tells what it is not, and what could not be looked at', () => {
    const html = renderToStaticMarkup(<NotCauses explanation={explanation} />);
    expect(html).toContain('The keys differ.');
    expect(html).toContain('it took too long');
  });
});

function headOf(shown: ExplanationBody): string {
  return renderToStaticMarkup(
    <Router ssrPath="/console/attempts/att_1">
      <CauseHead explanation={shown} attempt={undefined} />
    </Router>,
  );
}
