/**
 * Waits until all have ended, and only then throws the first failure: nothing is under way any more when the work is done again.
 */
export async function allOf<T>(works: readonly Promise<T>[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(works);
  return results.map((result) => {
    if (result.status === 'fulfilled') return result.value;
    throw result.reason instanceof Error ? result.reason : new Error(String(result.reason));
  });
}
