import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';
import { modelOf } from './model-of.ts';

/** The provider of the model does not accept the key. */
export const modelCredentialsRejected: Rule = {
  rootCause: 'model_credentials_rejected',
  title: 'The model provider refuses the key',
  codes: ['model_unavailable', 'model_refused', 'internal_error'],
  needs: 'The status that the provider answered.',
  refutedBy: 'The provider answered with another status, or not at all.',
  prevention: 'Alert on `model_unavailable`; rotate keys of providers with an overlap.',
  judge(input) {
    const { name, status, error, reachable } = modelOf(input);
    const isSaid = /invalid api key|incorrect api key|unauthorized|authentication/i.test(error ?? '');
    if (status === undefined && !isSaid)
      return reachable === false ? ruledOut('The provider does not answer at all.') : unknown;
    if (status !== 401 && status !== 403 && !isSaid) return ruledOut(`The provider answered ${status}.`);
    return cause({
      confidence: status === 401 || status === 403 ? 0.96 : 0.85,
      reason: 'The provider said so itself.',
      whys: [
        why(
          'Why was there no answer of the model?',
          `${name} refused the request.`,
          ...seen('model status', status, 200),
          ...seen('model error', error),
        ),
        why('Why?', 'It does not accept the key: it is wrong, was revoked, or may not use this model.'),
      ],
      fix: {
        action:
          'Set a valid key of the provider (OPENAI_API_KEY, ANTHROPIC_API_KEY or GOOGLE_GENERATIVE_AI_API_KEY) and restart.',
        command: 'netra config check',
      },
    });
  },
};
