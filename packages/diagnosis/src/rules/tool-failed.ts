import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** A tool of the agent failed. */
export const toolFailed: Rule = {
  rootCause: 'tool_failed',
  title: 'A tool of the agent failed',
  codes: ['tool_failed', 'run_timeout', 'internal_error'],
  needs: 'Which tool it was.',
  refutedBy: 'No tool was at work, or its MCP server is down.',
  prevention:
    'Let tools give failures back as results, with a time limit each; then the agent can go another way.',
  judge({ attempt, run, facts: { dependency, exception }, evidence: { mcp_servers } }) {
    const isNamed = attempt.code === 'tool_failed';
    const tool = run?.tool ?? (dependency?.name === 'tool' ? dependency.instance : undefined);
    if (!isNamed && (tool === undefined || (run !== undefined && run.step !== 'tool'))) return unknown;
    if (dependency?.name === 'mcp' || isOfDeadServer(tool, mcp_servers))
      return ruledOut('The MCP server that has the tool is down.');
    return cause({
      confidence: isNamed && tool !== undefined ? 0.93 : isNamed ? 0.82 : 0.7,
      reason: isNamed ? 'The run ended at it.' : 'The tool was at work when the run ended.',
      ...(exception?.location === undefined ? {} : { location: exception.location }),
      whys: [
        why(
          'Why did the run not go on?',
          `The tool ${tool ?? ''} failed, and the agent could not do without.`.replace('tool  ', 'tool '),
          ...seen('run.tool', tool),
          ...seen('run.step', run?.step),
        ),
        why(
          'Why did it fail?',
          exception === undefined
            ? 'What it asked did not answer as it should.'
            : `It threw ${exception.name}.`,
          ...seen('facts.dependency.error', dependency?.error),
          ...seen('facts.exception.name', exception?.name),
          ...seen('facts.exception.location', exception?.location),
        ),
      ],
      fix: {
        action: `Look for the run in the log, mend the tool${tool === undefined ? '' : ` ${tool}`}, and let it give failures back as results.`,
      },
    });
  },
};

function isOfDeadServer(
  tool: string | undefined,
  servers: readonly { readonly name: string; readonly reachable: boolean }[] = [],
): boolean {
  return servers.some(({ name, reachable }) => !reachable && tool?.startsWith(name));
}
