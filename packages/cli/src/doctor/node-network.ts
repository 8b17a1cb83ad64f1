import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { DoctorNetwork, TlsFacts } from '@netra/diagnosis';
import { openNodeSocket } from './node-socket.ts';
import { sendUpgrade } from './send-upgrade.ts';

/** The doctor's network, by Node's own means. `fetch` is that of the platform unless another is given. */
export function createNodeNetwork(options: { fetch?: typeof fetch } = {}): DoctorNetwork {
  const { fetch: send = fetch } = options;
  return {
    async resolve(host, signal) {
      signal.throwIfAborted();
      return (await lookup(host, { all: true })).map(({ address }) => address);
    },
    async connectTcp(host, port, signal) {
      const socket = connect(port, host);
      try {
        await once(socket, 'connect', { signal });
      } finally {
        socket.destroy();
      }
    },
    inspectTls,
    fetch: (url, { method = 'GET', headers = {}, body, signal }) =>
      send(url, { method, headers, signal, redirect: 'manual', ...(body === undefined ? {} : { body }) }),
    upgrade: sendUpgrade,
    openSocket: openNodeSocket,
  };
}

/** Looks at the certificate whether it is accepted or not. */
async function inspectTls(host: string, port: number, signal: AbortSignal): Promise<TlsFacts> {
  const socket = connectTls({ host, port, servername: host, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal });
    const { valid_to, subjectaltname = '' } = socket.getPeerCertificate();
    const { authorized, authorizationError } = socket;
    return {
      is_authorized: authorized,
      valid_to: new Date(valid_to).toISOString(),
      names: subjectaltname.split(', ').map((name) => name.replace(/^DNS:/, '')),
      ...(authorized ? {} : { error: String(authorizationError) }),
    };
  } finally {
    socket.destroy();
  }
}
