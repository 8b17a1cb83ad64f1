import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { refusal } from '@netra/protocol';
import type { Logger } from '@netra/service';
import type { Context, Hono } from 'hono';
import { refuse } from '../rest/refuse.ts';
import type { RestEnv } from '../rest/rest-options.ts';
import { sha256 } from './page.ts';

/** Addresses that the web app routes by itself: they all get its page. */
const PAGES = [
  '/',
  '/sign-in',
  '/sign-in/*',
  '/sign-up',
  '/forgot-password',
  '/reset-password',
  '/chat',
  '/chat/*',
  '/console',
  '/console/*',
];
const MIN_GZIP_BYTES = 1_024;
/** Vite puts a content hash into these names: `index-BxK3v9aZ.js`. */
const HASHED_NAME_PATTERN = /-[\w-]{8,}\.\w+$/;

const MEDIA_TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const COMPRESSIBLE_PATTERN = /^(?:text\/|application\/|image\/svg)/;

interface Asset {
  bytes: Buffer;
  gzipped?: Buffer;
  mediaType: string;
  etag: string;
  cacheControl: string;
}

export interface WebAppOptions {
  /** Folder of the built app. */
  webRoot: string;
  publicUrl: string;
  /** Origins other than our own that the page may talk to. */
  connectOrigins: readonly string[];
  log: Logger;
}

/**
 * Serves the web app from memory: its files are few, and a name that is not in the table cannot lead out of the folder.
 */
export async function webAppRoutes(app: Hono<RestEnv>, options: WebAppOptions): Promise<void> {
  const assets = await readAssets(options.webRoot);
  const { publicUrl } = options;
  const index = assets.get('/index.html');
  if (!index) {
    options.log.warn({ web_root: options.webRoot }, 'the web app is not built; only the API is served');
    return;
  }
  const policy = contentSecurityPolicy(index.bytes.toString('utf8'), options);
  const page = (path: string, asset: Asset) => {
    app.get(path, (c) => serve(c, asset, policy));
    app.all(path, () =>
      refuse(refusal('method_not_allowed'), { publicUrl, headers: { Allow: 'GET, HEAD' } }),
    );
  };
  for (const path of PAGES) page(path, index);
  for (const [path, asset] of assets) page(path, asset);
  // A person at an address that does not exist gets a page that says so; a program gets the problem document.
  app.get('*', async (c, next) => {
    if (!/\btext\/html\b/.test(c.req.header('accept') ?? '')) return next();
    return serve(c, index, policy, 404);
  });
}

async function readAssets(webRoot: string): Promise<Map<string, Asset>> {
  const entries = await readdir(webRoot, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const assets = await Promise.all(
    files.map(async (file): Promise<[string, Asset]> => {
      const path = `/${relative(webRoot, file).split(sep).join('/')}`;
      return [path, await readAsset(file, path)];
    }),
  );
  return new Map(assets);
}

async function readAsset(file: string, path: string): Promise<Asset> {
  const bytes = await readFile(file);
  const mediaType = MEDIA_TYPES[extname(file)] ?? 'application/octet-stream';
  const isHashed = path.startsWith('/assets/') && HASHED_NAME_PATTERN.test(path);
  const asset: Asset = {
    bytes,
    mediaType,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    cacheControl: isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (bytes.length < MIN_GZIP_BYTES || !COMPRESSIBLE_PATTERN.test(mediaType)) return asset;
  return { ...asset, gzipped: await promisify(gzip)(bytes, { level: 9 }) };
}

function serve(c: Context<RestEnv>, asset: Asset, policy: string, status: 200 | 404 = 200): Response {
  const headers: Record<string, string> = {
    'Content-Type': asset.mediaType,
    'Cache-Control': asset.cacheControl,
    ETag: asset.etag,
    Vary: 'Accept-Encoding',
    'Content-Security-Policy': policy,
  };
  if (status === 200 && c.req.header('if-none-match') === asset.etag) return c.body(null, 304, headers);
  const isGzipAccepted = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  const isGzipped = isGzipAccepted && asset.gzipped !== undefined;
  const body = isGzipped ? asset.gzipped : asset.bytes;
  // A copy: Hono's types want a plain ArrayBuffer under the bytes, and a Buffer may sit in a shared pool.
  return c.body(Uint8Array.from(body ?? []), status, {
    ...headers,
    ...(isGzipped ? { 'Content-Encoding': 'gzip' } : {}),
  });
}

/** Inline scripts and styles of the page itself are named by hash; everything else inline is refused. */
function contentSecurityPolicy(html: string, { publicUrl, connectOrigins }: WebAppOptions): string {
  const scripts = hashesOf(html, /<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g);
  const styles = hashesOf(html, /<style[^>]*>([\s\S]*?)<\/style>/g);
  // CSP has no notation for IPv6 addresses: browsers ignore such a source, and say so. 'self' covers our own.
  const nameable = connectOrigins.filter((origin) => !origin.includes('['));
  const origins = [new URL(publicUrl).origin, ...nameable];
  const sockets = origins.map((origin) => origin.replace(/^http/, 'ws'));
  return [
    "default-src 'none'",
    `script-src ${["'self'", ...scripts].join(' ')}`,
    `style-src ${["'self'", ...styles].join(' ')}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src ${["'self'", ...new Set([...sockets, ...nameable])].join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function hashesOf(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map(([, text]) => `'sha256-${sha256(text ?? '')}'`);
}
