import { idSchema } from '@netra/protocol';

/**
 * False for a text that can be no id, so that it is "unknown" before it reaches SQL:
 * PostgreSQL refuses U+0000 in a parameter, and that error would look like an outage.
 */
export function isUsableId(id: string): boolean {
  return idSchema.safeParse(id).success;
}
