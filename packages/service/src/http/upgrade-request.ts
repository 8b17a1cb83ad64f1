import { IncomingMessage } from 'node:http';

/**
 * A request as Node reads it, that counts as an upgrade only when it asks for WebSocket.
 *
 * With a listener for `upgrade`, Node takes every request with an `Upgrade` header off its HTTP connection, also one
 * whose client merely offers another protocol (`h2c` by curl and by Java). RFC 9110 §7.8 lets a server ignore the
 * offer, and clients count on it. Node decides by `upgrade`, which it sets from the parser and reads once the headers
 * are there; so this is where the offer is ignored, and body and keep-alive stay with Node.
 */
export class UpgradeRequest extends IncomingMessage {
  // Without an initial value: the parent's constructor writes `upgrade` before fields of this class exist.
  declare private hasUpgrade: boolean | null;

  get upgrade(): boolean | null {
    // RFC 9110 §7.8: in a request of HTTP/1.0 the offer must be ignored.
    const isOffer = this.httpVersion === '1.1' && isWebSocket(this.headers.upgrade);
    return this.hasUpgrade && (this.method === 'CONNECT' || isOffer);
  }

  set upgrade(value: boolean | null) {
    this.hasUpgrade = value;
  }
}

function isWebSocket(header: string | undefined): boolean {
  return header?.trim().toLowerCase() === 'websocket';
}
