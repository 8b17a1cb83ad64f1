// What built files were made from, as one hash of contents: modification times change with every clone and
// checkout, contents do not. Around 30 ms for the whole workspace.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

const IGNORED_FOLDERS = new Set(['node_modules', 'dist', '.cache', 'testing']);
const IGNORED_FILES = /\.test\.tsx?$/;

/** The packages that `tsc -b` builds, read from the root tsconfig so that there is one list. */
export function builtPackages(root) {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return references.map(({ path }) => path);
}

/** What `tsc -b` reads of one package. */
export function packageInputs(path) {
  return [
    'tsconfig.json',
    'tsconfig.base.json',
    `${path}/package.json`,
    `${path}/tsconfig.json`,
    `${path}/src`,
  ];
}

/** What the build of the web app reads. */
export const WEB_INPUTS = [
  'packages/web',
  'packages/client/src',
  'packages/protocol/src',
  'package-lock.json',
];

/** Identity of the built files: it changes when somebody else built, or deleted, in the meantime. */
export function outputsIdentity(root, outputs) {
  const times = outputs.map((output) => {
    const path = join(root, output);
    return existsSync(path) ? statSync(path).mtimeMs : 'missing';
  });
  return times.includes('missing') ? undefined : times.join(',');
}

export function hashFile(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Hash of the contents of files and of all files below folders. */
export function fingerprint(root, inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const path of filesBelow(root, input)) {
      const bytes = readFileSync(join(root, path));
      // Lengths keep one file's end from being read as the next one's start.
      hash.update(`${path.split(sep).join('/')}\0${bytes.length}\0`).update(bytes);
    }
  }
  return hash.digest('hex');
}

/** When the last of these files, and of all files below these folders, was written. */
export function newestTimeMs(root, inputs) {
  const files = inputs.flatMap((input) => filesBelow(root, input));
  return Math.max(...files.map((path) => statSync(join(root, path)).mtimeMs));
}

function filesBelow(root, path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  const files = [];
  for (const entry of readdirSync(absolute, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      if (!IGNORED_FOLDERS.has(entry.name)) files.push(...filesBelow(root, join(path, entry.name)));
    } else if (entry.isFile() && !IGNORED_FILES.test(entry.name)) {
      files.push(join(path, entry.name));
    }
  }
  // By code unit, not by locale: the order is part of the hash.
  return files.sort((a, b) => (a < b ? -1 : 1));
}
