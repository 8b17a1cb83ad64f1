export interface DevelopmentSecrets {
  readonly encryptionKey: string;
  readonly serviceSecret: string;
}

/** The secrets of a development installation, made at its first start and kept in a file of mode 0600. */
export async function loadOrCreateSecrets(_dataDir: string): Promise<DevelopmentSecrets> {
  throw new Error('loadOrCreateSecrets is being written');
}
