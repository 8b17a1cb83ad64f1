import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';
import { modelOf } from './model-of.ts';

/** The provider of the model does not answer. */
export const modelUnreachable: Rule = {
  rootCause: 'model_unreachable',
  title: 'The model provider does not answer',
  codes: ['model_unavailable', 'run_timeout'],
  needs: 'What the run saw of the provider, or a look at it now.',
  refutedBy: 'It answered, with a status that says something else.',
  prevention: 'Name a second model in NETRA_MODEL: the next one is asked when one fails.',
  judge(input) {
    const { name, reachable, status, error } = modelOf(input);
    if (status !== undefined && status < 500) return ruledOut(`The provider answered ${status}.`);
    if (reachable === undefined && status === undefined && error === undefined) return unknown;
    if (reachable && status === undefined && error === undefined)
      return ruledOut('The provider answers now.');
    if (/invalid api key|incorrect api key|unauthorized|rate limit/i.test(error ?? ''))
      return ruledOut('The provider did answer, and refused.');
    const isDown = reachable === false || (status ?? 0) >= 500;
    return cause({
      confidence: isDown ? 0.93 : 0.78,
      reason: isDown
        ? 'It does not answer, or answers that it cannot.'
        : 'The call failed then; nobody looked again.',
      whys: [
        why(
          'Why was there no answer of the model?',
          `The call to ${name} failed.`,
          ...seen('model error', error),
          ...seen('model status', status, 200),
        ),
        why(
          'Why did it fail?',
          (status ?? 0) >= 500
            ? 'The provider has trouble of its own.'
            : 'The provider cannot be reached: the network, a proxy, or its address in the settings.',
          ...seen('model reachable', reachable, true),
        ),
      ],
      fix: {
        action:
          'Look at the status page of the provider and at the way to it; OPENAI_BASE_URL must lead to it where it is set.',
      },
    });
  },
};
