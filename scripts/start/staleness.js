// Decides which of the three steps (install, build the packages, build the web app) have work to do.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  builtPackages,
  fingerprint,
  hashFile,
  newestTimeMs,
  outputsIdentity,
  packageInputs,
  WEB_INPUTS,
} from './fingerprint.js';

const INSTALL_STAMP = 'node_modules/.netra-install';

/** Why dependencies have to be installed, or undefined when they are as package-lock.json says. */
export function whyInstall(root) {
  if (!existsSync(join(root, 'node_modules'))) return 'first start';
  if (readText(join(root, INSTALL_STAMP)) === hashFile(join(root, 'package-lock.json'))) return undefined;
  if (isInstalledAsLocked(root)) {
    stampInstall(root);
    return undefined;
  }
  return 'package-lock.json changed';
}

export function stampInstall(root) {
  writeFileSync(join(root, INSTALL_STAMP), hashFile(join(root, 'package-lock.json')));
}

/** Why the packages have to be built, or undefined when the last start built what is in dist from these sources. */
export function whyBuildPackages(root) {
  return whyBuild(root, packagesBuild(root));
}

/** Whether dist may be run: built by a start, or by hand (`npm run build`, `tsc -b`) after the last change. */
export function arePackagesBuilt(root) {
  const why = whyBuildPackages(root);
  if (why !== 'sources changed') return why === undefined;
  return builtPackages(root).every((path) => isNewer(root, packageOutputs(path), packageInputs(path)));
}

export function stampPackages(root) {
  writeStamp(root, packagesBuild(root));
}

/** Why the web app has to be built, or undefined. */
export function whyBuildWeb(root) {
  return whyBuild(root, WEB_BUILD);
}

export function stampWeb(root) {
  writeStamp(root, WEB_BUILD);
}

/** True when a built file is missing: `tsc -b` believes its own notes and would not make it again. */
export function areOutputsMissing(root) {
  return outputsIdentity(root, packagesBuild(root).outputs) === undefined;
}

const WEB_BUILD = {
  stamp: 'node_modules/.cache/netra/web-build.json',
  inputs: WEB_INPUTS,
  outputs: ['packages/web/dist/index.html'],
};

function packagesBuild(root) {
  const packages = builtPackages(root);
  return {
    stamp: 'node_modules/.cache/netra/packages-build.json',
    inputs: ['package-lock.json', ...packages.flatMap(packageInputs)],
    outputs: packages.flatMap(packageOutputs),
  };
}

function packageOutputs(path) {
  return [`${path}/dist/index.js`, `${path}/dist/.tsbuildinfo`];
}

function whyBuild(root, { stamp, inputs, outputs }) {
  const identity = outputsIdentity(root, outputs);
  if (identity === undefined) return 'not built yet';
  const made = JSON.parse(readText(join(root, stamp)) ?? '{}');
  const isSame = made.outputs === identity && made.inputs === fingerprint(root, inputs);
  return isSame ? undefined : 'sources changed';
}

/** `tsc -b` touches its notes whenever it looked at a changed source, whatever came of it. */
function isNewer(root, outputs, inputs) {
  const written = outputs.map((path) => statSync(join(root, path)).mtimeMs);
  return Math.max(...written) >= newestTimeMs(root, inputs);
}

function writeStamp(root, { stamp, inputs, outputs }) {
  const path = join(root, stamp);
  mkdirSync(dirname(path), { recursive: true });
  const made = { inputs: fingerprint(root, inputs), outputs: outputsIdentity(root, outputs) };
  writeFileSync(path, JSON.stringify(made));
}

// npm writes node_modules/.package-lock.json as its last act, so a tree that somebody installed by hand is
// recognised, and an install that was cut short is not.
function isInstalledAsLocked(root) {
  const installedText = readText(join(root, 'node_modules/.package-lock.json'));
  if (installedText === undefined) return false;
  const installed = JSON.parse(installedText).packages;
  const wanted = Object.entries(JSON.parse(readText(join(root, 'package-lock.json'))).packages);
  return wanted.every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity;
  });
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
