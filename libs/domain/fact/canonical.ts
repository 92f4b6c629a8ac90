import type { Fact, Json } from './fact';

/** JSON text with the names of every object sorted by UTF-16 units and no white space: equal values give equal text. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

/** The canonical form of a fact. Two facts have equal content exactly when these texts are equal. */
export function canonicalFact(fact: Fact): string {
  const present: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fact) as [string, Json | undefined][]) {
    if (value !== undefined) present[name] = value;
  }
  return canonicalJson(present);
}
