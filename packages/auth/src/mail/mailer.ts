import type { Logger, MailConfig } from '@netra/service';
import { createTransport } from 'nodemailer';
import type { Mail } from './mail.ts';

/** Takes mails without making anybody wait: who asks for one must not learn from the time whether one was sent. */
export interface Mailer {
  send(mail: Mail): void;
  /** Waits for what is under way, for at most `STOP_TIMEOUT_MS`. */
  stop(): Promise<void>;
}

export interface SmtpMailerOptions extends MailConfig {
  log: Logger;
}

/** More would only hide that the mail server is down. */
const MAX_WAITING = 500;
const MAX_ATTEMPTS = 3;
const RETRY_AFTER_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
const SOCKET_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 5_000;

/** By SMTP: `smtp://` upgrades to TLS where the server offers it, `smtps://` begins with it. */
export function createSmtpMailer({ smtpUrl, from, log }: SmtpMailerOptions): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();

  async function deliver({ to, subject, text }: Mail): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await transport.sendMail({ from, to, subject, text });
        return;
      } catch (error) {
        const isLast = attempt === MAX_ATTEMPTS || stopping.signal.aborted || !isPassing(error);
        // The error's text may quote the recipient; its code says enough.
        log[isLast ? 'error' : 'warn'](
          { mail_error: codeOf(error), attempt, subject },
          'a mail could not be sent',
        );
        if (isLast) return;
        await pause(RETRY_AFTER_MS * attempt, stopping.signal);
      }
    }
  }

  return {
    send(mail) {
      if (stopping.signal.aborted || underWay.size >= MAX_WAITING) {
        log.error({ waiting: underWay.size, subject: mail.subject }, 'a mail was dropped');
        return;
      }
      const delivery = deliver(mail).finally(() => underWay.delete(delivery));
      underWay.add(delivery);
    },

    async stop() {
      stopping.abort();
      await Promise.race([Promise.all(underWay), pause(STOP_TIMEOUT_MS)]);
      transport.close();
    },
  };
}

/** Development without a mail server: whoever started it is shown the mail. */
export function createDevelopmentMailer(show: (mail: Mail) => void): Mailer {
  return { send: show, stop: async () => {} };
}

/** SMTP says 5xx for what will not get better; connections that failed have no such number. */
function isPassing(error: unknown): boolean {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'responseCode') : undefined;
  return typeof status !== 'number' || status < 500;
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

function pause(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    timer.unref();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
