// Measures the first load (index.html and all it names) and fails above the limit.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limitKilobytes = 250;
const dist = new URL('../dist/', import.meta.url);
const html = readFileSync(new URL('index.html', dist), 'utf8');
const named = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((match) => match[1]);
const bytes = ['index.html', ...named].map((file) => gzipSync(readFileSync(new URL(file, dist))).length);
const kilobytes = bytes.reduce((sum, size) => sum + size, 0) / 1000;

process.stdout.write(`First load: ${kilobytes.toFixed(1)} kB gzip of ${limitKilobytes} kB allowed\n`);
if (kilobytes > limitKilobytes) process.exit(1);
