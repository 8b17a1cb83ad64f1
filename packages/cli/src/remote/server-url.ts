import { AppError } from '@netra/service';

/** The base address of a server as credentials are kept under it. Errors: `url_invalid`. */
export function serverUrl(text: string): string {
  const withScheme = /^https?:\/\//.test(text) ? text : `https://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '');
  if (url !== undefined && (url.protocol === 'https:' || isLocal)) return url.origin;
  throw new AppError('url_invalid', `${text} is no address that a password may be sent to.`, {
    fix: 'Give an https:// address, or one of this machine: netra login http://localhost:8080',
  });
}
