export { type CommandIo, type ExitCode, processIo } from './command-io.ts';
export { composeUp, type Installation } from './compose/up.ts';
export { main } from './main.ts';
