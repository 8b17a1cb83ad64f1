import { secretFault } from './secret-fault.ts';
import type { SecretProblem } from './secret-problem.ts';

/** A setting that could be the source of the secret, read and judged. */
export interface Candidate {
  readonly setting: string;
  /** Empty where it could not be read. */
  readonly bytes: Buffer;
  readonly problems: readonly SecretProblem[];
}

/**
 * Reads a setting, or the file that it names. Editors and `echo` end a file with one newline, which is no part of the
 * secret; any other white space at an edge is a problem, since two services might strip it differently.
 */
export function readCandidate(
  { setting, text, isFile }: { setting: string; text: string; isFile: boolean },
  readFile: (path: string) => string,
): Candidate {
  let value = text;
  if (isFile) {
    try {
      value = readFile(text).replace(/\r?\n$/, '');
    } catch {
      // The reason may hold the path, and a secret is often set as one by mistake: so it is not told.
      const message = `the file that ${setting} names cannot be read`;
      const fix = `Give the path of a file that this process may read: ls -l "$${setting}"`;
      return { setting, bytes: Buffer.alloc(0), problems: [{ setting, code: 'unreadable', message, fix }] };
    }
  }
  const bytes = Buffer.from(value);
  if (value !== value.trim()) {
    const message = `${setting} begins or ends with white space`;
    const fix = 'Write it without: printf %s "$(openssl rand -base64 48)"';
    return { setting, bytes, problems: [{ setting, code: 'edge_space', message, fix }] };
  }
  const fault = secretFault(bytes);
  if (fault === undefined) return { setting, bytes, problems: [] };
  const fix = 'Make a new one and set it wherever this one is: openssl rand -base64 48';
  const message = `${setting} is refused: ${fault.message}`;
  return { setting, bytes, problems: [{ setting, code: fault.code, message, fix }] };
}
