const shape = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const seconds = [604_800, 86_400, 3_600, 60, 1];

/** Milliseconds of an ISO 8601 duration in weeks, days of 24 hours, hours, minutes and seconds. @throws RangeError */
export function durationMs(text: string): number {
  const found = shape.exec(text);
  if (found === null) throw new RangeError(`"${text}" is no duration.`);
  return seconds.reduce((ms, each, part) => ms + Number(found[part + 1] ?? '0') * each * 1000, 0);
}
