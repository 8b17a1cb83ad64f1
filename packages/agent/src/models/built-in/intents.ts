import { REASON_CODES } from '@netra/protocol';
import { correctSpelling } from './correct-spelling.ts';

/** What the user seems to want. */
export type Intent =
  | { readonly kind: 'hello' }
  | { readonly kind: 'help' }
  | { readonly kind: 'thanks' }
  | { readonly kind: 'who_am_i' }
  | { readonly kind: 'service_status' }
  | { readonly kind: 'recent_refusals'; readonly filter: IntentFilter }
  /** Why the latest attempt failed, the user's own or that of somebody who is named: first find it, then explain it. */
  | { readonly kind: 'explain_latest'; readonly filter: IntentFilter }
  | { readonly kind: 'explain_attempt'; readonly attemptId: string }
  | { readonly kind: 'why_refused' }
  | { readonly kind: 'set_up_model' }
  | { readonly kind: 'add_agent' }
  | { readonly kind: 'search' };

/** As the tool `recent_refusals` takes it. */
interface IntentFilter {
  readonly user_id?: string;
  readonly within_hours?: number;
}

/** Of an attempt, a connection or a run. */
const ATTEMPT_ID = /\b(?:att|con|run)_[A-Za-z0-9_-]{1,60}/;

const FAILED =
  '(refus\\w*|reject\\w*|den(y|ied)|block\\w*|fail\\w*|errors?|problems?|disconnect\\w*|clos(e|es|ed)|kicked|went wrong)';
const HEALTH =
  /\b(healthy?|unhealthy|alive|uptime|broken|outage|(service|server|system|installation) status|status of)\b|^status$|\b(is|are|everything|all|it|system|server|service|gateway|auth|database|netra) (still )?(ok|okay|fine|up|down|running|working|online|well)\b|\bhow (is|are) (the |this |your )?(service|server|system|installation|everything|things)/;

type RuleKind = Exclude<Intent['kind'], 'explain_attempt'>;

/** Tried from the top; the first that matches wins. Texts are lower case, without punctuation, spelling corrected. */
const RULES: readonly (readonly [RegExp, RuleKind])[] = [
  [/\b(sign|log) ?(in|up|on) (with|by|through|using)\b|\b(oauth|oidc|sso|passkeys?)\b/, 'search'],
  [/^(thanks?|thank you|thx|cheers|great thanks)\b/, 'thanks'],
  [
    /\bwho am i\b|\bwhoami\b|\b(am i|i am) (signed|logged) in\b|\b(signed|logged) in as\b|\bam i an? \w+$/,
    'who_am_i',
  ],
  [
    /\bmy (own )?(account|roles?|permissions?|e?mail|user|identity|name|profile|rights)\b|\bwho is (this|signed in)\b/,
    'who_am_i',
  ],
  [
    /\b(openai|ollama|anthropic|claude|gemini|google|vllm|llamacpp|llama|gpt|api key|netra model|llm)\b/,
    'set_up_model',
  ],
  [/\b(language|real|own|other|another|different|which|what|ai|local) models?\b/, 'set_up_model'],
  [
    /\b(add|write|create|build|make|define|bring|develop|program|register|own) .*\b(agents?|bots?|tools?)\b/,
    'add_agent',
  ],
  [
    new RegExp(`\\bwhy (was|were|am|did|is|has|does) (i|my|me)\\b.*\\b(${FAILED}|drop\\w*)`),
    'explain_latest',
  ],
  [
    /\bwhy (could|can|cannot|couldnt|cant|did|didnt|was|is) (this|that|the|our|user|users|somebody|someone|customer|[\w]*\d\w*)\b.*\b(not|cannot|couldnt|cant|refused|rejected|denied|blocked|fail\w*)\b/,
    'explain_latest',
  ],
  [new RegExp(`\\b(explain|why)\\b.*\\b(last|latest|newest|recent) .*${FAILED}`), 'explain_latest'],
  [/\bexplain (the |my )?(last|latest|newest)\b|\bcant i connect\b|\bwhat went wrong\b/, 'explain_latest'],
  [
    new RegExp(
      `\\b(recent\\w*|last|latest|lately|today|yesterday|just|now|list|show|any|were|was|all|my)\\b.*\\b${FAILED}`,
    ),
    'recent_refusals',
  ],
  [new RegExp(`\\b${FAILED}\\b.*\\b(recent\\w*|lately|today|yesterday|list|last)\\b`), 'recent_refusals'],
  [
    new RegExp(
      `\\bwhy\\b.*\\b(connect\\w*|sockets?|websockets?|upgrades?|handshakes?|requests?|clients?)\\b.*\\b${FAILED}`,
    ),
    'why_refused',
  ],
  [new RegExp(`\\b(reasons?|causes?)\\b.*\\b(${FAILED}|refusals?)`), 'why_refused'],
  [HEALTH, 'service_status'],
  [
    /^help( me)?$|\bcan you help( me)?$|\b(what|which) tools\b|\bwhat (can|do) (you|i) (do|ask|know)\b|\b(who|what) are you\b|\bhow do you work\b|\bcapabilit/,
    'help',
  ],
  [/^(hi|hello|hey|hallo|moin|greetings|good (morning|afternoon|evening|day))( \w+){0,2}$/, 'hello'],
];

const VOCABULARY = [
  'account agent anthropic attempt connection define explain everything gemini google healthy hello language latest model',
  'ollama openai permissions problems recent recently refused refusals rejected roles running server service status system',
  'failed failure errors websocket thanks working',
].flatMap((line) => line.split(' '));

/** Reads what the user wants from the words of the message. Knows English; anything else is a search. */
export function readIntent(text: string): Intent {
  const attemptId = ATTEMPT_ID.exec(text)?.[0];
  if (attemptId !== undefined) return { kind: 'explain_attempt', attemptId };
  const words = normalize(text);
  // A question about a code is about the table, whatever its other words are.
  if (words.split(' ').some((word) => CODES.has(word))) return { kind: 'search' };
  const kind = RULES.find(([pattern]) => pattern.test(words))?.[1] ?? 'search';
  if (kind === 'explain_latest' || kind === 'recent_refusals') return { kind, filter: readFilter(text) };
  return { kind };
}

/** Whom and when a question about refusals is about. */
function readFilter(text: string): IntentFilter {
  // An id has a digit or is long: `this user` names nobody.
  const userId = /\busers?\s+[`'"“]?((?=[\w.-]*\d|[\w.-]{16})[\w.-]{3,128})/i.exec(text)?.[1];
  const hours = hoursOf(text.toLowerCase());
  return {
    ...(userId === undefined ? {} : { user_id: userId.replace(/[.-]+$/, '') }),
    ...(hours === undefined ? {} : { within_hours: hours }),
  };
}

/** Whole days, since nobody here knows where the user's day begins. */
function hoursOf(text: string): number | undefined {
  const counted = /\b(?:last|past) (\d{1,3}) (minute|hour|day)s?\b/.exec(text);
  if (counted !== null) return Math.min(168, Number(counted[1]) * (HOURS[counted[2] ?? ''] ?? 1));
  if (/\b(this|last|past) hour\b|\bjust now\b/.test(text)) return 1;
  if (/\b(this morning|this afternoon|this evening|tonight|today)\b/.test(text)) return 24;
  if (/\byesterday\b|\blast night\b/.test(text)) return 48;
  return /\b(this|last|past) week\b/.test(text) ? 168 : undefined;
}

const HOURS: Readonly<Record<string, number>> = { minute: 1 / 60, hour: 1, day: 24 };

const CODES: ReadonlySet<string> = new Set(REASON_CODES);

function normalize(text: string): string {
  return text
    .toLowerCase()
    .replace(/['’`.]/g, '')
    .split(/[^\p{L}\p{N}_]+/u)
    .filter((word) => word !== '')
    .map((word) => correctSpelling(word, VOCABULARY))
    .join(' ')
    .replace(/\bim\b/g, 'i am')
    .replace(/\bwhos\b/g, 'who is')
    .replace(/\b(open) (ai)\b/g, 'openai');
}
