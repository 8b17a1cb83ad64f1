import { isReasonCode, REASON_CODES, REASONS, type Reason, refusal } from '@netra/protocol';
import type { Hono } from 'hono';
import { refuse } from '../rest/refuse.ts';
import type { RestEnv } from '../rest/rest-options.ts';
import { parameter, route } from '../rest/routes.ts';
import { escapeHtml, page } from './page.ts';

/** `/reasons` and `/reasons/{code}`: the `type` of every problem, as a page or as JSON, from the one table. */
export function reasonRoutes(app: Hono<RestEnv>, { publicUrl }: { publicUrl: string }): void {
  route(app, '/reasons', {
    publicUrl,
    handlers: {
      GET(c) {
        if (!wantsPage(c.req.header('accept')))
          return c.json({ items: REASON_CODES.map((code) => REASONS[code]) });
        const links = REASON_CODES.map(
          (code) => `<li><a href="/reasons/${code}"><code>${code}</code></a></li>`,
        );
        return page('Reasons', `<h1>Reasons</h1><ul>${links.join('')}</ul>`);
      },
    },
  });
  route(app, '/reasons/:code', {
    publicUrl,
    handlers: {
      GET(c) {
        const code = parameter(c, 'code');
        if (!isReasonCode(code))
          return refuse(refusal('route_unknown', 'There is no such reason.'), { publicUrl });
        return wantsPage(c.req.header('accept')) ? reasonPage(REASONS[code]) : c.json(REASONS[code]);
      },
    },
  });
}

function wantsPage(accept: string | undefined): boolean {
  return accept?.includes('text/html') === true;
}

function reasonPage({ code, title, http, close, advice, meaning, fix, operatorFix }: Reason): Response {
  const rows: [string, string][] = [
    ['Code', code],
    ['What it means', meaning],
    ['What you can do', fix],
    ['What an operator can do', operatorFix],
    ['Advice to programs', advice],
    ['HTTP status', http === null ? 'none' : String(http)],
    ['WebSocket close code', close === null ? 'none' : String(close)],
  ];
  const list = rows.map(([term, text]) => `<dt>${escapeHtml(term)}</dt><dd>${withCode(text)}</dd>`).join('');
  return page(
    title,
    `<h1>${escapeHtml(title)}</h1><dl>${list}</dl><p><a href="/reasons">All reasons</a></p>`,
  );
}

/** The table writes code in backticks. */
function withCode(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
