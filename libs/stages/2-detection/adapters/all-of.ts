/**
 * Waits until all have ended, and only then throws the first failure: nothing is under way any more when the work is done again.
 */
export async function allOf<T extends readonly unknown[]>(works: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
