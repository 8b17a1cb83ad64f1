import type { z } from 'zod';

/** The JSON body by its schema; `undefined` when it is not JSON or not of that shape. No body counts as `{}`. */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const text = await request.text();
  try {
    const parsed = schema.safeParse(text === '' ? {} : JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // not JSON
  }
}
