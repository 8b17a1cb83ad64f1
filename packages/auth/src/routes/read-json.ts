/** The body of a request; `undefined` where it is no JSON, for the schema to refuse. */
export async function readJson(request: Request): Promise<unknown> {
  try {
    return JSON.parse(await request.text());
  } catch {
    return undefined;
  }
}
