import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from making objects in the old space. It learns to, of each kind of which many outlive a collection, as they
 * do in a busy moment; then, though they live for milliseconds again, each keeps alive what it points to, and collections
 * take three times as long. For a server, whose objects come and go with its frames; call it before it has work.
 */
export function keepHeapYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
