import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

interface ReceivedMail {
  to: string;
  /** Headers and body, decoded. */
  text: string;
}

export interface MailServer {
  /** For `SMTP_URL`. */
  url: string;
  received: ReceivedMail[];
  /** The newest mail to that address, once there are `count`. */
  mailTo(address: string, count?: number): Promise<string>;
  stop(): Promise<void>;
}

const DEADLINE_MS = 5_000;

/** A real SMTP server on localhost that keeps what it is given. */
export async function startMailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', done);
      stream.on('end', () => {
        const text = decoded(Buffer.concat(chunks).toString('utf8'));
        for (const { address } of session.envelope.rcptTo) received.push({ to: address, text });
        done();
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  // `address()` of a TCP server that listens.
  const { port } = listening.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    async mailTo(address, count = 1) {
      const deadline = Date.now() + DEADLINE_MS;
      for (;;) {
        const mails = received.filter(({ to }) => to === address);
        const newest = mails.at(-1);
        if (newest !== undefined && mails.length >= count) return newest.text;
        if (Date.now() > deadline) throw new Error(`${mails.length} of ${count} mails to ${address} arrived`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export function linkIn(mail: string): string {
  const link = /https?:\/\/\S+/.exec(mail)?.[0];
  if (link === undefined) throw new Error(`no link in ${mail}`);
  return link;
}

/** Undoes quoted-printable. */
function decoded(raw: string): string {
  return raw
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
