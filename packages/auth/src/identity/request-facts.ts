/** Set by this service from the socket and the trusted proxies, whatever the client sent under that name. */
export const CLIENT_ADDRESS_HEADER = 'x-netra-client-address';

/** Where a request comes from, as audit events want it. */
export function requestFacts(headers: Headers | undefined): {
  clientAddress: string | undefined;
  userAgent: string | undefined;
} {
  return {
    clientAddress: headers?.get(CLIENT_ADDRESS_HEADER) ?? undefined,
    userAgent: headers?.get('user-agent') ?? undefined,
  };
}
