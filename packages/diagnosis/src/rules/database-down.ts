import { cause, type Rule, ruledOut, seen, why } from '../rule.ts';

/** The database is out of reach. Needs the code alone. Refuted when another dependency failed. */
export const databaseDown: Rule = {
  rootCause: 'database_down',
  codes: ['database_unavailable'],
  judge({ facts: { dependency } }) {
    if (dependency !== undefined && dependency.name !== 'database')
      return ruledOut(`What failed was ${dependency.name}.`);
    return cause({
      confidence: dependency === undefined ? 0.75 : 0.9,
      whys: [
        why(
          'Why was it refused?',
          'What the request needed could not be read or stored.',
          ...seen('facts.dependency.name', dependency?.name),
        ),
        why('Why not?', 'PostgreSQL did not answer.', ...seen('facts.dependency.error', dependency?.error)),
      ],
      fix: {
        action:
          'See that PostgreSQL runs and that DATABASE_URL leads to it; look at its connections and disk.',
      },
    });
  },
};
