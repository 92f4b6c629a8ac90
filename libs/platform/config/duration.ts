const pattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;
const unitMs = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000] as const;

/**
 * Milliseconds of an ISO 8601 duration in weeks, days, hours, minutes and seconds, e.g. `PT24H`, `P1DT12H`; a day is
 * 24 hours. Null where the text is none. Months and years have no fixed length and are not read.
 */
export function durationMs(text: string): number | null {
  const match = pattern.exec(text);
  const parts = match?.slice(1) ?? [];
  if (!parts.some((part) => part !== undefined) || text.endsWith('T')) return null;
  const total = unitMs.reduce((sum, unit, i) => sum + Math.round(Number(parts[i] ?? 0) * unit), 0);
  return Number.isSafeInteger(total) ? total : null;
}
