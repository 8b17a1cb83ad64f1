// One line per step with its duration, on a terminal and in a log file alike. A command's own output is kept
// back and shown only when it fails.
import { spawn } from 'node:child_process';

/** How much of a failing command's output is kept. */
const MAX_OUTPUT_BYTES = 256 * 1024;

export class StepFailed extends Error {
  /** @param {{ title: string, output: string, command: string, wasInterrupted: boolean }} failure */
  constructor({ title, output, command, wasInterrupted }) {
    super(`${title} failed`);
    this.output = output;
    this.command = command;
    this.wasInterrupted = wasInterrupted;
  }
}

/** Runs a command as a step. Throws StepFailed with its output and the command to run by hand. */
export async function runStep({ title, program, args, cwd, command }) {
  const startedAt = performance.now();
  console.log(`  ${title} …`);
  const { code, output, wasInterrupted } = await run(program, args, cwd);
  if (code !== 0) throw new StepFailed({ title, output, command, wasInterrupted });
  console.log(`  ${title}: done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

function run(program, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    // An installation left running alone would meet the next start's.
    let wasInterrupted = false;
    const stop = (signal) => {
      wasInterrupted = true;
      child.kill(signal);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-MAX_OUTPUT_BYTES);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 1, output: String(error), wasInterrupted }));
    child.on('close', (code, signal) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      if (signal) keep(`\nended by ${signal}`);
      resolve({ code: code ?? 1, output, wasInterrupted });
    });
  });
}
