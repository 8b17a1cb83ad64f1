import type { ReasonCode } from '@netra/protocol';
import type { Provoked, Provoker } from './provoked.ts';
import type { ReasonRig } from './reason-rig.ts';
import { SCRIPT } from './scripted-agent.ts';

/** How runs fail. */
export const runProvokers = {
  model_unavailable: (rig) => failureOf(rig, SCRIPT.fail('model_unavailable')),
  model_rate_limited: (rig) => failureOf(rig, SCRIPT.fail('model_rate_limited')),
  model_refused: (rig) => failureOf(rig, SCRIPT.fail('model_refused')),
  output_limit: (rig) => failureOf(rig, SCRIPT.fail('output_limit')),
  step_limit: (rig) => failureOf(rig, SCRIPT.fail('step_limit')),
  tool_failed: (rig) => failureOf(rig, SCRIPT.fail('tool_failed')),
  run_timeout: (rig) => failureOf(rig, SCRIPT.hang),
  run_interrupted: (rig) =>
    failureOf(rig, SCRIPT.hang, async (runId) => {
      // As if the process that holds the run had died a while ago.
      await rig.stack.pool.query(
        "UPDATE runs SET lease_owner = 'nod_that_died', lease_until = now() - interval '1 hour' WHERE run_id = $1",
        [runId],
      );
    }),
} satisfies Partial<Record<ReasonCode, Provoker>>;

/** Of an agent that throws what is no `AgentError`. */
export const failDefectiveRun: Provoker = (rig) => failureOf(rig, SCRIPT.throw);

async function failureOf(
  rig: ReasonRig,
  text: string,
  meanwhile: (runId: string) => Promise<void> = async () => undefined,
): Promise<Provoked> {
  const socket = await rig.connect();
  socket.send({ type: 'user_message', id: `run ${rig.stack.now()} ${text}`, text });
  const { run_id = '' } = await socket.next('ack');
  await socket.next('agent_started');
  await meanwhile(run_id);
  const event = await socket.next('agent_failed', (failed) => failed.run_id === run_id);
  socket.close();
  return { via: 'run', event };
}
