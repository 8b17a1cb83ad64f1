import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';
import { modelOf } from './model-of.ts';

/** The provider of the model allows no more requests for now. */
export const modelRateLimited: Rule = {
  rootCause: 'model_rate_limited',
  title: 'The model provider allows no more requests',
  codes: ['model_rate_limited', 'model_unavailable'],
  needs: 'The code, or the status that the provider answered.',
  refutedBy: 'It answered with another status.',
  prevention:
    'Raise the quota before it is needed, bound runs per user, and name a second model in NETRA_MODEL.',
  judge(input) {
    const isNamed = input.attempt.code === 'model_rate_limited';
    const { name, status, error } = modelOf(input);
    if (!isNamed && status === undefined) return unknown;
    if (!isNamed && status !== 429) return ruledOut(`The provider answered ${status}.`);
    return cause({
      confidence: 0.95,
      reason: 'The provider said so itself.',
      whys: [
        why(
          'Why was there no answer of the model?',
          `${name} allows no more requests for now.`,
          ...seen('model status', status, 200),
          ...seen('model error', error),
        ),
        why(
          'Why not?',
          'The quota of the key is used up: by more users than it was made for, or by runs that ask very often.',
        ),
      ],
      fix: {
        action:
          'Raise the quota at the provider, or spread the load over another model; users may try again in a minute.',
      },
    });
  },
};
