import { takeToken } from '../access-token.ts';
import { type Check, OUTAGES } from '../check.ts';
import { DoctorRefusal, refusalFinding } from '../refusal.ts';

/** What `netra seed e2e` makes. */
const SEEDED = ['staging-e2e-user-001', 'staging-e2e-user-002', 'staging-e2e-user-003'];

/** Every seeded user of end-to-end tests gets a token, not only the one that is used. */
export const e2eUsers: Check = {
  name: 'e2e_users',
  title: 'Users of end-to-end tests',
  needs: ['e2e_key'],
  restsOn: OUTAGES,
  async run(context) {
    const { signal, e2eUserIds = SEEDED } = context;
    const refused: { userId: string; refusal: DoctorRefusal }[] = [];
    for (const userId of e2eUserIds) {
      try {
        await takeToken(context, { signal, userId });
      } catch (cause) {
        if (!(cause instanceof DoctorRefusal)) throw cause;
        refused.push({ userId, refusal: cause });
      }
    }
    const [first] = refused;
    if (first === undefined) return undefined;
    const { answer } = first.refusal;
    const isProduction =
      answer.code === 'route_unknown' || (answer.status === 404 && answer.code === undefined);
    const finding = refusalFinding(answer, { doing: `A token of ${first.userId}`, context });
    if (isProduction)
      return {
        ...finding,
        message: 'There is no `POST /auth/e2e/token` here: this is production, or its key is not set.',
        command: 'netra config check',
        root_cause: 'e2e_credentials_missing',
      };
    return {
      ...finding,
      message: `${refused.length} of ${e2eUserIds.length} users of end-to-end tests get no token. ${finding.message}`,
      evidence: refused.map(({ userId, refusal }) => ({
        source: userId,
        observed: refusal.answer.code ?? String(refusal.answer.status),
        expected: '200',
      })),
    };
  },
};
