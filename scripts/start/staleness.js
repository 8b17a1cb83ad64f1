// Decides which of the three steps (install, build the packages, build the web app) have work to do.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  builtPackages,
  hashFile,
  outputsIdentity,
  packagesFingerprint,
  webFingerprint,
} from './fingerprint.js';

const INSTALL_STAMP = 'node_modules/.netra-install';
const PACKAGES_STAMP = 'node_modules/.cache/netra/packages-build.json';
const WEB_STAMP = 'node_modules/.cache/netra/web-build.json';

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

/** Why the packages have to be built, or undefined when what is in dist was made from these sources. */
export function whyBuildPackages(root) {
  return whyBuild(root, PACKAGES_STAMP, packagesFingerprint(root), packageOutputs(root));
}

export function stampPackages(root) {
  writeStamp(root, PACKAGES_STAMP, packagesFingerprint(root), packageOutputs(root));
}

/** Why the web app has to be built, or undefined. */
export function whyBuildWeb(root) {
  return whyBuild(root, WEB_STAMP, webFingerprint(root), ['packages/web/dist/index.html']);
}

export function stampWeb(root) {
  writeStamp(root, WEB_STAMP, webFingerprint(root), ['packages/web/dist/index.html']);
}

/** True when a built file is missing: `tsc -b` believes its own notes and would not make it again. */
export function areOutputsMissing(root) {
  return outputsIdentity(root, packageOutputs(root)) === undefined;
}

function whyBuild(root, stampPath, inputs, outputs) {
  const identity = outputsIdentity(root, outputs);
  if (identity === undefined) return 'not built yet';
  const stamp = JSON.parse(readText(join(root, stampPath)) ?? '{}');
  if (stamp.inputs !== inputs) return 'sources changed';
  return stamp.outputs === identity ? undefined : 'built by something else';
}

function writeStamp(root, stampPath, inputs, outputs) {
  const path = join(root, stampPath);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ inputs, outputs: outputsIdentity(root, outputs) }));
}

function packageOutputs(root) {
  return builtPackages(root).flatMap((path) => [`${path}/dist/index.js`, `${path}/dist/.tsbuildinfo`]);
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
