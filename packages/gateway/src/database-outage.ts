/** SQLSTATE classes 08 (connection) and 57P (shutdown), and what the socket says below them. */
const OUTAGE_CODE_PATTERN = /^(?:08...|57P0[1-3]|53300|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/;
/** pg gives these errors no code. */
const OUTAGE_MESSAGE_PATTERN = /connection terminated|timeout exceeded when trying to connect/i;

/** Whether an error means that the database cannot be reached, as opposed to a defect in how it was used. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    OUTAGE_CODE_PATTERN.test(code) ||
    OUTAGE_MESSAGE_PATTERN.test(error.message) ||
    isDatabaseOutage(error.cause)
  );
}
