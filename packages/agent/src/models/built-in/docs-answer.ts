import { REASONS, type ReasonCode } from '@netra/protocol';
import { z } from 'zod';
import { GUIDE_TOOLS } from '../../guide/guide-tools.ts';
import { docsHitSchema } from '../../guide/probes.ts';
import type { Intent } from './intents.ts';
import { code, list, literal, source } from './markdown.ts';
import { modelSetupText, OWN_AGENT } from './texts.ts';

const resultSchema = z.object({
  query: z.string(),
  results: z.array(docsHitSchema),
  reasons: z.array(
    z.object({
      code: z.string(),
      http: z.number().optional(),
      close: z.number().optional(),
      title: z.string(),
      meaning: z.string(),
      fix: z.string(),
    }),
  ),
});
type SearchResult = z.infer<typeof resultSchema>;

const SHOWN_HITS = 3;
const SHOWN_REASONS = 6;

export function docsAnswer(intent: Intent, value: unknown, question: string): string | undefined {
  const parsed = resultSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const found = parsed.data;
  const from = source(`This comes from ${code(GUIDE_TOOLS.searchDocs)}, a search for “${found.query}”.`);
  const known = KNOWN[intent.kind]?.();
  if (known !== undefined) {
    return [known.text, hitsText(found, 'In the documentation:'), knownSource(known.from, found)]
      .filter(Boolean)
      .join('\n\n');
  }
  if (found.results.length === 0 && found.reasons.length === 0) return nothingText(question, from);
  return [
    reasonsText(found),
    hitsText(
      found,
      'No language model is configured, so I quote what the documentation says closest to your question:',
    ),
    from,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** What the built-in model can say without a document. */
const KNOWN: Partial<Record<Intent['kind'], () => { readonly text: string; readonly from: string }>> = {
  why_refused: () => ({ text: refusedText(), from: 'The codes are those of Netra’s own reason table' }),
  set_up_model: () => ({ text: modelSetupText(), from: 'The settings are what I know by myself' }),
  add_agent: () => ({ text: OWN_AGENT, from: 'The example is what I know by myself' }),
};

/** Says what a tool found and what it did not. */
function knownSource(from: string, { query, results }: SearchResult): string {
  const search = `${code(GUIDE_TOOLS.searchDocs)}, a search for “${query}”`;
  return source(
    results.length > 0
      ? `${from}; the rest comes from ${search}.`
      : `${from}; ${search}, found nothing more.`,
  );
}

/** The refusals that people meet, by what they have to do with. */
const GROUPS: readonly (readonly [string, readonly ReasonCode[]])[] = [
  [
    'Who you are',
    ['credential_missing', 'token_expired', 'token_signature_invalid', 'session_ended', 'user_unknown'],
  ],
  ['Where the token is from', ['token_issuer_untrusted', 'token_audience_wrong', 'token_environment_wrong']],
  ['The ticket of a browser', ['ticket_expired', 'ticket_used', 'ticket_binding_wrong']],
  ['What you may do', ['origin_not_allowed', 'user_inactive', 'permission_missing']],
  ['What stands in between', ['upgrade_missing', 'headers_too_large']],
  ['Too much', ['rate_limited', 'connection_limit']],
  ['The service itself', ['auth_unavailable', 'keys_unavailable', 'handshake_deadline', 'draining']],
];

function refusedText(): string {
  const groups = GROUPS.map(
    ([title, codes]) =>
      `**${title}**\n\n${list(codes.map((reason) => `${code(reason)} (HTTP ${REASONS[reason].http}): ${REASONS[reason].meaning}`))}`,
  );
  return [
    'A connection is judged before it is opened, and every refusal carries a code that says why. The common ones:',
    ...groups,
    'For a refusal that happened to you, ask “what was refused recently?” or “explain attempt att_…”.',
  ].join('\n\n');
}

function reasonsText({ reasons }: SearchResult): string {
  const shown = reasons.slice(0, SHOWN_REASONS).map((reason) => {
    const numbers = [
      ...(reason.http === undefined ? [] : [`HTTP ${reason.http}`]),
      ...(reason.close === undefined ? [] : [`close ${reason.close}`]),
    ].join(', ');
    return `${code(reason.code)} (${[reason.title, numbers].filter(Boolean).join('; ')}): ${reason.meaning} ${reason.fix}`;
  });
  const rest = reasons.slice(SHOWN_REASONS).map((reason) => code(reason.code));
  return [list(shown), rest.length > 0 ? `Also: ${rest.join(', ')}.` : ''].filter(Boolean).join('\n\n');
}

function hitsText({ results }: SearchResult, lead: string): string {
  if (results.length === 0) return '';
  const hits = results.slice(0, SHOWN_HITS).map(({ heading, title, path, excerpt }) => {
    const where = heading === title ? title : `${title} › ${heading}`;
    return `**${where}** (${code(path)}): ${literal(excerpt)}`;
  });
  return `${lead}\n\n${list(hits)}`;
}

function nothingText(question: string, from: string): string {
  const about = question.trim() === '' ? 'this' : `“${question.trim().slice(0, 120)}”`;
  return [
    `I did not find anything about ${about} in the documentation, and I do not want to guess.`,
    'No language model is configured: I can only look things up. Ask “help” to see what I can do and how to configure a model.',
    from,
  ].join('\n\n');
}
