import { AppError } from '@netra/service';
import type { Environment } from '../environment.ts';
import { askExplanation, askReport } from './ask-explanation.ts';
import type { Drill, StartStack } from './drill.ts';
import type { DrillStack } from './lab/drill-stack.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { type DoctorDrillResult, lookFromOutside } from './look-from-outside.ts';
import type { Met } from './outside.ts';

const DRILL_DEADLINE_MS = 90_000;

/** One row of `netra drill --json` (PROTOCOL §8). */
export interface DrillResult {
  readonly name: string;
  readonly injected: string;
  readonly expected_root_cause: string;
  /** Of two faults at once. */
  readonly also_expected?: string;
  readonly incident?: number;
  readonly is_control: boolean;
  readonly code?: string;
  readonly found: readonly { readonly root_cause: string; readonly confidence: number }[];
  /** From the refusal to the explanation. */
  readonly ms: number;
  readonly ok: boolean;
  /** Why there is no answer to compare. */
  readonly error?: string;
  readonly report?: string;
  /** What the doctor saw of it from outside, where that was asked for. */
  readonly doctor?: DoctorDrillResult;
}

export interface RunDrillsOptions {
  readonly env: Environment;
  /** Stacks that run at the same time. Default 2. */
  readonly parallel?: number;
  /** Ends what was started and gives what is there until then. */
  readonly signal?: AbortSignal;
  readonly withReport?: boolean;
  /** Sends the doctor to each broken stack as well. */
  readonly withDoctor?: boolean;
  readonly onResult?: (result: DrillResult) => void;
}

/** Runs drills, those of one stack one after the other, and gives the results in the order asked for. */
export async function runDrills(
  drills: readonly Drill[],
  { env, parallel = 2, signal, onResult = () => undefined, ...extras }: RunDrillsOptions,
): Promise<DrillResult[]> {
  const lab = await openLab(env);
  const results = new Map<Drill, DrillResult>();
  const groups = groupsOf(drills);
  const work = async (): Promise<void> => {
    for (let group = groups.shift(); group !== undefined && !signal?.aborted; group = groups.shift()) {
      const [start, members] = group;
      for (const drill of members) {
        if (signal?.aborted) break;
        const result = await runDrill(lab, drill, extras);
        results.set(drill, result);
        onResult(result);
      }
      await lab.dispose(start);
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel }, work));
  } finally {
    await lab.close();
  }
  return drills.flatMap((drill) => results.get(drill) ?? []);
}

function groupsOf(drills: readonly Drill[]): [StartStack, Drill[]][] {
  const groups = new Map<StartStack, Drill[]>();
  for (const drill of drills) groups.set(drill.stack, [...(groups.get(drill.stack) ?? []), drill]);
  return [...groups];
}

type Extras = Pick<RunDrillsOptions, 'withReport' | 'withDoctor'>;

async function runDrill(lab: Lab, drill: Drill, extras: Extras): Promise<DrillResult> {
  try {
    const stack = await lab.stackOf(drill.stack);
    try {
      const met = await withinDeadline(drill.run(stack), drill.name);
      return await compare(stack, drill, { met: typeof met === 'string' ? { id: met } : met, ...extras });
    } finally {
      await drill.repair?.(stack);
    }
  } catch (error) {
    return {
      ...asked(drill),
      found: [],
      ms: 0,
      ok: false,
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

async function withinDeadline<Value>(work: Promise<Value>, name: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new AppError('drill_broken', `${name} did not meet its failure in time.`));
    timer = setTimeout(fail, DRILL_DEADLINE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function compare(
  stack: DrillStack,
  drill: Drill,
  { met, withReport = false, withDoctor = false }: Extras & { met: Met },
): Promise<DrillResult> {
  const startedAtMs = performance.now();
  const { code, causes } = await askExplanation(stack, met.id);
  const ms = Math.round(performance.now() - startedAtMs);
  const found = causes.map(({ root_cause, confidence }) => ({ root_cause, confidence }));
  const names = found.map(({ root_cause }) => root_cause);
  const { expected, alsoExpected } = drill;
  const ok =
    alsoExpected === undefined
      ? names[0] === expected
      : [expected, alsoExpected].every((each) => names.includes(each));
  const report = withReport ? { report: await askReport(stack, met.id) } : {};
  const { outside } = drill;
  const doctor =
    withDoctor && outside !== undefined ? { doctor: await lookFromOutside(stack, outside, met) } : {};
  return { ...asked(drill), code, found, ms, ok, ...report, ...doctor };
}

function asked({ name, injected, expected, alsoExpected, incident, isControl }: Drill) {
  return {
    name,
    injected,
    expected_root_cause: expected,
    ...(alsoExpected === undefined ? {} : { also_expected: alsoExpected }),
    ...(incident === undefined ? {} : { incident }),
    is_control: isControl === true,
  };
}
