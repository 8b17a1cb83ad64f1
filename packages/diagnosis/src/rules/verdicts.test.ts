import type { RootCause } from '../root-causes.ts';
import { describeVerdicts } from '../testing/describe-verdicts.ts';
import { SERVICE_CASES } from '../testing/service-cases.ts';
import { TOKEN_CASES } from '../testing/token-cases.ts';
import type { RuleCases } from '../testing/verdicts.ts';

/** Does not compile while a rule has no cases. */
const CASES: Record<RootCause, RuleCases> = { ...TOKEN_CASES, ...SERVICE_CASES };

describeVerdicts(CASES);
