import { AppError } from '@netra/service';
import { Command, Option } from 'commander';
import type { CommandContext } from '../program.ts';

const HELP = `
Each drill starts services and a database of its own on free ports, breaks one thing from outside, connects as a
client does, and compares the root cause that is found with the one that was injected. Nothing of this installation
is touched, and no switch in the product takes part. All of them take a few minutes.

With --doctor, netra doctor looks at each broken service from outside as well; what it must find is part of the drill.

Exit codes: 0 every root cause was named, 1 some were not, 2 could not run.

Examples:
  $ netra drill list
  $ netra drill secret_mismatch
  $ netra drill all --doctor
  $ netra drill pairs --json
  $ netra drill secret_mismatch --report md`;

interface DrillFlags {
  json?: boolean;
  report?: 'md';
  doctor?: boolean;
}

export function drillCommand({ io, finish }: CommandContext): Command {
  return new Command('drill')
    .summary('break things on purpose and see whether they are explained')
    .description(
      'Injects faults into services of its own and checks that each is explained by its root cause.',
    )
    .argument('[name...]', 'drills by name, `all`, `pairs` (two faults at once), or `list` (default)')
    .option('--json', 'print one JSON object')
    .addOption(new Option('--report <format>', 'print the report of each drill instead').choices(['md']))
    .option('--doctor', 'send `netra doctor` to each broken service as well')
    .addHelpText('after', HELP)
    .action(async (names: string[], { json = false, report, doctor: withDoctor = false }: DrillFlags) => {
      const { DRILLS } = await import('../drill/drills.ts');
      const { PAIRS } = await import('../drill/pairs.ts');
      const everything = [...DRILLS, ...PAIRS];
      const { describeDrills, describeProgress, describeResults, drillRows, isRight } = await import(
        '../drill/describe-drills.ts'
      );
      if (names.length === 0 || names[0] === 'list') {
        if (json) io.out(JSON.stringify({ drills: drillRows(everything) }));
        else for (const line of describeDrills(everything)) io.out(line);
        return;
      }
      const groups = new Map([
        ['all', DRILLS],
        ['pairs', PAIRS],
      ]);
      const drills = names.flatMap((name) => groups.get(name) ?? chosen(everything, name));
      const { runDrills } = await import('../drill/run-drills.ts');
      const { listenForStop } = await import('../terminal/stop-signals.ts');
      const interrupt = new AbortController();
      const stopListening = listenForStop({
        onStop: () => {
          io.err('  Stopping after this drill …');
          interrupt.abort();
        },
        onForce: () => process.exit(2),
      });
      let done = 0;
      const results = await runDrills(drills, {
        env: io.env,
        signal: interrupt.signal,
        withReport: report !== undefined,
        withDoctor,
        onResult: (result) => io.err(describeProgress(result, { done: ++done, total: drills.length })),
      });
      stopListening();
      if (report !== undefined)
        for (const result of results) io.out(result.report ?? `${result.name}: ${result.error}`);
      else if (json) io.out(JSON.stringify({ drills: results }));
      else for (const line of describeResults(results)) io.out(line);
      finish(results.length < drills.length ? 2 : results.every(isRight) ? 0 : 1);
    });
}

function chosen<Item extends { readonly name: string }>(items: readonly Item[], name: string): Item {
  const found = items.find((item) => item.name === name);
  if (found === undefined)
    throw new AppError('drill_unknown', `There is no drill ${name}.`, { fix: 'netra drill list' });
  return found;
}
