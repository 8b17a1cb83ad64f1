export type Environment = Readonly<Record<string, string | undefined>>;

/** The one place of the product that reads `process.env`; everything else is given what it needs. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
