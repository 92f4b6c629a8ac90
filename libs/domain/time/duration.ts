const shape = /^P(?:(\d+)W|(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$/;
const longestDays = 3_660;

/** Milliseconds of one day of 24 hours. */
export const msPerDay = 86_400_000;

/**
 * Reads an ISO 8601 duration in weeks, days (of 24 hours), hours, minutes and seconds.
 * @returns milliseconds
 * @throws RangeError where the text is no such duration, is zero, or is longer than ten years
 */
export function parseDuration(text: string): number {
  const found = shape.exec(text);
  if (found === null || text === 'P') {
    throw new RangeError(`"${text}" is not an ISO 8601 duration; write e.g. PT10M, PT1H or P30D.`);
  }
  const part = (group: number): number => Number(found[group] ?? '0');
  const ms = (part(1) * 7 + part(2)) * msPerDay + ((part(3) * 60 + part(4)) * 60 + part(5)) * 1000;
  if (ms === 0) throw new RangeError(`"${text}" is a duration of nothing.`);
  if (ms > longestDays * msPerDay) throw new RangeError(`"${text}" is longer than ${longestDays} days.`);
  return ms;
}
