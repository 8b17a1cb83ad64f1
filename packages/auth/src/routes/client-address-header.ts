import type { ClientAddress } from '@netra/service';
import { CLIENT_ADDRESS_HEADER } from '../identity/request-facts.ts';

/** What `startHttpServer` passes along with a request; a caller in the same process has none. */
export interface RequestEnvironment {
  incoming?: { socket: { remoteAddress?: string | undefined }; rawHeaders?: readonly string[] };
}

/** The request with the address that it comes from in a header, whatever the client claims there. Routes read only that. */
export function withClientAddress(
  request: Request,
  env: RequestEnvironment,
  clientAddress: ClientAddress,
): Request {
  const headers = new Headers(request.headers);
  headers.delete(CLIENT_ADDRESS_HEADER);
  const address = clientAddress(env.incoming?.socket.remoteAddress, headers);
  if (address !== undefined) headers.set(CLIENT_ADDRESS_HEADER, address);
  return new Request(request, { headers });
}
