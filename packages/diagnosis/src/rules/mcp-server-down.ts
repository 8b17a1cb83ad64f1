import { cause, type Rule, ruledOut, seen, unknown, why } from '../rule.ts';

/** The MCP server that has a tool is out of reach. */
export const mcpServerDown: Rule = {
  rootCause: 'mcp_server_down',
  title: 'An MCP server is out of reach',
  codes: ['tool_failed', 'run_timeout', 'model_unavailable', 'internal_error'],
  needs: 'A failure that names it, or a look at the MCP servers.',
  refutedBy: 'All MCP servers answer.',
  prevention: 'Start MCP servers with the gateway, under something that starts them again, and watch them.',
  judge({ run, facts: { dependency }, evidence: { mcp_servers } }) {
    const isNamed = dependency?.name === 'mcp';
    const down = mcp_servers?.filter(({ reachable }) => !reachable) ?? [];
    const isOfTool = down.some(({ name }) => run?.tool?.startsWith(name));
    const named = down.find(({ name }) => name === dependency?.instance) ?? down[0];
    if (!isNamed && down.length === 0)
      return mcp_servers === undefined ? unknown : ruledOut('All MCP servers answer.');
    const name = dependency?.instance ?? named?.name ?? 'An MCP server';
    return cause({
      confidence: isNamed && named !== undefined ? 0.97 : isNamed ? 0.85 : isOfTool ? 0.94 : 0.6,
      reason: named !== undefined ? 'It does not answer now.' : 'The failure names it; nobody looked again.',
      whys: [
        why(
          'Why did the tool fail?',
          `It belongs to the MCP server ${name}.`,
          ...seen('run.tool', run?.tool),
          ...seen('facts.dependency.instance', dependency?.instance),
        ),
        why(
          'Why did that one fail?',
          'The MCP server does not answer: it ended, or is not where the settings say.',
          ...seen('mcp_servers.reachable', named?.reachable, true),
          ...seen('mcp error', dependency?.error ?? named?.error),
        ),
      ],
      fix: {
        action: `Start the MCP server ${name} again and see that its command or address in the agent is right.`,
      },
    });
  },
};
