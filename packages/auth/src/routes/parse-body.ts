import type { z } from 'zod';

/** The JSON body by its schema, with what is wrong where it is not; what is no JSON is `undefined` to the schema. */
export async function parseBody<Schema extends z.ZodType>(request: Request, schema: Schema) {
  const text = await request.text();
  return schema.safeParse(jsonOf(text));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON
  }
}
