import type { NetraClient } from '@netra/client';
import { createContext, useContext } from 'react';

export const ClientContext = createContext<NetraClient | undefined>(undefined);

/** The client of the chat that is on the screen. */
export function useClient(): NetraClient {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error('useClient needs a ClientContext above it');
  return client;
}
