/** Severities, the lowest first. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
/** How grave a hit is. */
export type Severity = (typeof severities)[number];
