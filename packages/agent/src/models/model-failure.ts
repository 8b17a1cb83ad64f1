import { AgentError } from '../agent-error.ts';

/** What is known of a failed model call. Read by shape, so that this file does not load the AI SDK. */
interface FailedCall {
  readonly statusCode?: number;
  /** The provider's own code for it, e.g. `insufficient_quota`. */
  readonly providerCode?: string;
  /** Of the network, e.g. `ECONNREFUSED`. */
  readonly networkCode?: string;
  readonly name: string;
}

/**
 * Turns whatever a model call threw into a reason for the user.
 *
 * The provider's own message is left out, and so is the original as `cause`: both may quote the key,
 * the prompt or the conversation.
 */
export function modelFailure(error: unknown, provider: string): AgentError {
  if (error instanceof AgentError) return error;
  const call = readFailure(error);
  const cause = new Error(describeForLog(call));
  const fail = (code: AgentError['code'], detail: string, retryable: boolean) =>
    new AgentError(code, { detail, retryable, cause });
  const { statusCode, providerCode, networkCode } = call;
  const status = `HTTP ${statusCode}${providerCode === undefined ? '' : `, ${providerCode}`}`;
  if (providerCode === 'insufficient_quota') {
    return fail('model_rate_limited', `The account at ${provider} has no quota left (${status}).`, false);
  }
  if (providerCode === 'context_length_exceeded') {
    return fail(
      'model_refused',
      `The conversation is too long for the model of ${provider} (${status}).`,
      false,
    );
  }
  if (statusCode === 429)
    return fail('model_rate_limited', `${provider} asks to slow down (${status}).`, true);
  if (statusCode === 401 || statusCode === 403) {
    return fail('model_unavailable', `${provider} did not accept the configured API key (${status}).`, false);
  }
  if (statusCode === 404) {
    return fail('model_unavailable', `${provider} does not know the configured model (${status}).`, false);
  }
  if (statusCode !== undefined && statusCode >= 500) {
    return fail('model_unavailable', `${provider} has a problem of its own (${status}).`, true);
  }
  if (statusCode !== undefined && statusCode >= 400) {
    return fail('model_unavailable', `${provider} did not accept the request (${status}).`, false);
  }
  if (networkCode !== undefined) {
    return fail('model_unavailable', `${provider} could not be reached, or hung up (${networkCode}).`, true);
  }
  return fail('model_unavailable', `The answer of ${provider} could not be read (${call.name}).`, true);
}

function describeForLog({ name, statusCode, providerCode, networkCode }: FailedCall): string {
  return `${name} status=${statusCode ?? '-'} provider_code=${providerCode ?? '-'} network_code=${networkCode ?? '-'}`;
}

function readFailure(error: unknown): FailedCall {
  // The SDK's RetryError carries the last of several failures.
  const last = property(error, 'lastError') ?? error;
  const statusCode = property(last, 'statusCode');
  const body = property(property(last, 'data'), 'error');
  const providerCode = safeCode(property(body, 'code')) ?? safeCode(property(body, 'type'));
  const networkCode = findNetworkCode(last);
  // A 200 whose body could not be read is no refusal: its status says nothing.
  const isRefusal = typeof statusCode === 'number' && statusCode >= 400;
  return {
    name: last instanceof Error ? last.name : typeof last,
    ...(isRefusal ? { statusCode } : {}),
    ...(providerCode === undefined ? {} : { providerCode }),
    ...(networkCode === undefined ? {} : { networkCode }),
  };
}

/** Network errors are wrapped a few times: SDK error → TypeError "fetch failed" → the one with the code. */
function findNetworkCode(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && current !== undefined; depth += 1) {
    const code = property(current, 'code');
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
    current = property(current, 'cause');
  }
  return undefined;
}

function safeCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z][a-z0-9_.]{1,48}$/i.test(value) ? value : undefined;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
