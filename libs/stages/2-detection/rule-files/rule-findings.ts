import type { RuleDocument } from '@weir/contracts';
import { compileRule, RuleError, type RuleErrorCode } from '@weir/domain';
import type { Finding, Step } from './mistake';

/** Most mistakes that are looked for in one rule. */
const most = 50;

/** Something that is right, to stand where a mistake was while the others are looked for. */
const inPlaceOf: Partial<Record<RuleErrorCode, unknown>> = {
  'unknown-field': 'attributes.x',
  'limit-is-money': 'attributes.x',
  'unknown-zone': 'UTC',
  'invalid-time': '1970-01-01T00:00:00Z',
  'invalid-duration': 'PT1H',
  'invalid-pattern': 'x',
  'invalid-number': 1,
  'unknown-currency': 'CNY',
  'currency-not-allowed': undefined,
  'empty-condition': { field: 'type', exists: true },
  'group-missing': 'every',
  'raise-not-available': 'every',
  'severity-missing': 'low',
  'severity-twice': undefined,
  'zone-missing': 'PT1H',
};

/**
 * Everything that the domain finds wrong with a rule whose shape is right. The compiler stops at the first mistake, so
 * each is replaced by something right, in a copy, until no other is found.
 */
export function ruleFindings(rule: RuleDocument): Finding[] {
  const findings: Finding[] = [];
  let candidate: RuleDocument | undefined = rule;
  while (candidate !== undefined && findings.length < most) {
    const error = compileError(candidate);
    if (error === undefined) return findings;
    const path = placeOf(error);
    findings.push({ path, message: error.message });
    candidate = error.code in inPlaceOf ? replaced(candidate, path, inPlaceOf[error.code]) : undefined;
  }
  return findings;
}

/** The compiler points at the threshold where its currency is meant. */
function placeOf({ code, path }: RuleError): readonly Step[] {
  return code === 'unknown-currency' || code === 'currency-not-allowed' ? ['threshold', 'currency'] : path;
}

function compileError(rule: RuleDocument): RuleError | undefined {
  try {
    compileRule(rule);
    return undefined;
  } catch (error) {
    if (error instanceof RuleError) return error;
    throw error;
  }
}

function replaced(rule: RuleDocument, path: readonly Step[], right: unknown): RuleDocument | undefined {
  const copy = structuredClone(rule);
  let holder: unknown = copy;
  for (const step of path.slice(0, -1)) {
    if (typeof holder !== 'object' || holder === null) return undefined;
    holder = (holder as Record<Step, unknown>)[step];
  }
  const last = path.at(-1);
  if (typeof holder !== 'object' || holder === null || last === undefined) return undefined;
  const held = (holder as Record<Step, unknown>)[last];
  (holder as Record<Step, unknown>)[last] = Array.isArray(held) ? held.map(() => right) : right;
  return copy;
}
