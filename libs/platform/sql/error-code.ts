/**
 * The `code` that Node, pg and PostgreSQL (there: the SQLSTATE) put on their errors, else undefined. By shape and not by
 * `instanceof`, which fails for errors that were made in another realm, as Node's own are under Jest.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What went wrong, in words. */
export function errorMessage(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
