import type { ReasonCode } from '@netra/protocol';
import { poll } from '../../kit/poll.ts';
import { SCRIPT } from '../../system/reasons/scripted-agent.ts';
import type { BrowserCase, NotMet } from './browser-case.ts';
import { ask, type BrowserRig } from './browser-rig.ts';

/** How an answer fails: below the question, in its chat. */
export const runCases = {
  model_unavailable: (rig) => askFor(rig, SCRIPT.fail('model_unavailable')),
  model_rate_limited: (rig) => askFor(rig, SCRIPT.fail('model_rate_limited')),
  model_refused: (rig) => askFor(rig, SCRIPT.fail('model_refused')),
  output_limit: (rig) => askFor(rig, SCRIPT.fail('output_limit')),
  step_limit: (rig) => askFor(rig, SCRIPT.fail('step_limit')),
  tool_failed: (rig) => askFor(rig, SCRIPT.fail('tool_failed')),
  run_timeout: (rig) => askFor(rig, SCRIPT.hang),
  async run_interrupted(rig) {
    const { userId, open } = await rig.visitor();
    const page = await ask(await open(), SCRIPT.hang);
    // As if the process that holds the run had died a while ago.
    const lose = `UPDATE runs SET lease_owner = 'nod_that_died', lease_until = now() - interval '1 hour'
                  FROM threads
                  WHERE threads.thread_id = runs.thread_id AND threads.owner_id = $1 AND runs.status = 'running'`;
    await poll(async () => ((await rig.stack.pool.query(lose, [userId])).rowCount === 1 ? true : undefined), {
      what: 'the run',
    });
    return page;
  },
  async agent_unknown(rig) {
    const { userId, open } = await rig.visitor();
    const page = await ask(await open(), 'hello');
    await page.locator('article[data-role=agent][data-status=complete]').waitFor();
    // As after a release that has this agent no more.
    await rig.stack.pool.query("UPDATE threads SET agent = 'retired' WHERE owner_id = $1", [userId]);
    return ask(page, 'hello');
  },
} satisfies Partial<Record<ReasonCode, BrowserCase | NotMet>>;

async function askFor(rig: BrowserRig, text: string) {
  const { open } = await rig.guest();
  return ask(await open(), text);
}
