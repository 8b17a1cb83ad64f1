import { request } from 'node:http';

/** A GET of `/health/live` with headers that `fetch` does not let anybody set. */
export function rawRequest(url: string, headers: Record<string, string>): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL('/health/live', url), { headers }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0 });
    });
    sent.on('error', reject);
    sent.end();
  });
}
