import { cause, type Rule, seen, why } from '../rule.ts';

/** A defect of the server. Needs the code alone: nothing else ends in it. */
export const codeDefect: Rule = {
  rootCause: 'code_defect',
  codes: ['internal_error'],
  judge({ attempt, facts: { exception } }) {
    const failed = attempt.steps.find(({ outcome }) => outcome === 'failed');
    return cause({
      confidence: exception === undefined ? 0.7 : 0.9,
      whys: [
        why(
          'Why did it fail?',
          `The server threw an exception${failed === undefined ? '' : ` in step ${failed.step}`}.`,
          ...seen('facts.exception.name', exception?.name),
        ),
        why(
          'Why was it thrown?',
          'A defect in the code of this server or of an agent; the log has the exception under this attempt id.',
          ...seen('facts.exception.location', exception?.location),
          ...seen('facts.exception.release', exception?.release),
        ),
      ],
      fix: {
        action: `Look for attempt_id ${attempt.attempt_id} in the log of the gateway and report the defect.`,
      },
    });
  },
};
