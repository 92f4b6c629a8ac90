import { currencyCodes, currencyDecimals, isZone, ruleFields } from '@weir/domain';
import type { Finding, Step } from './mistake';
import { didYouMean, nearest } from './nearest';
import { shown } from './schema-findings';
import type { SourceTree } from './source-tree';

/** Fields whose values are text in every fact: a number or true/false never equals them. */
export const textFields: ReadonlySet<string> = new Set(ruleFields.filter((field) => field !== 'amount'));
/** Words that other YAML versions read as true or false; in 1.2 they are text. */
const formerBooleans = /^(?:yes|no|on|off|y|n)$/i;
const closedValues: Readonly<Record<string, readonly string[]>> = {
  kind: ['transaction', 'operation'],
  direction: ['in', 'out'],
};
/** What people write for a currency though it is no code of ISO 4217. */
const common: Readonly<Record<string, string>> = { RMB: 'CNY', CNH: 'CNY', YUAN: 'CNY', 人民币: 'CNY', '￥': 'CNY' };

/** What is wrong with the name of a field. */
export function fieldFinding(name: unknown, path: readonly Step[]): Finding | undefined {
  if (typeof name !== 'string' || (ruleFields as readonly string[]).includes(name)) return undefined;
  if (name.startsWith('attributes.') && name.length > 'attributes.'.length) return undefined;
  if (name === 'occurredAt') {
    return {
      path,
      message: 'When a fact occurred cannot be compared here; windows look at time.',
      suggestion: 'let upstream send what you need, e.g. as attributes.hour',
    };
  }
  const attribute = /^[A-Za-z]\w*$/.test(name) ? `it may be an attribute: "attributes.${name}"` : undefined;
  return {
    path,
    message: `A fact has no field "${name}".`,
    suggestion: didYouMean(name, ruleFields) ?? attribute ?? `fields are ${ruleFields.join(', ')}, attributes.<name>`,
  };
}

/** What is wrong with a currency. */
export function currencyFinding(code: unknown, path: readonly Step[]): Finding | undefined {
  if (typeof code !== 'string' || currencyDecimals(code) !== undefined) return undefined;
  const upper = code.toUpperCase();
  const meant = currencyDecimals(upper) === undefined ? (common[upper] ?? nearest(upper, currencyCodes)) : upper;
  return {
    path,
    message: `"${code}" is no ISO 4217 currency in use.`,
    suggestion: meant === undefined ? 'write three capitals, e.g. CNY' : `did you mean "${meant}"?`,
  };
}

/** What is wrong with a time zone. */
export function zoneFinding(name: unknown, path: readonly Step[]): Finding | undefined {
  if (typeof name !== 'string' || isZone(name)) return undefined;
  const zones = Intl.supportedValuesOf('timeZone');
  const city = zones.find((zone) => zone.slice(zone.lastIndexOf('/') + 1).toLowerCase() === name.toLowerCase());
  return {
    path,
    message: `"${name}" is no IANA time zone.`,
    suggestion:
      (city === undefined ? didYouMean(name, zones) : `did you mean "${city}"?`) ?? 'write e.g. Asia/Shanghai',
  };
}

/**
 * What is wrong with a value that facts are compared with.
 * @param field what it is compared with; null where that is not known
 */
export function scalarFinding(
  tree: SourceTree,
  field: string | null,
  value: unknown,
  path: readonly Step[],
): Finding | undefined {
  if (value === undefined || value === null) return undefined;
  const plain = tree.plainText(path);
  if (typeof value === 'number' && plain !== undefined && !isExact(plain, value)) {
    return {
      path,
      message: `The number ${plain} cannot be held exactly.`,
      suggestion: `put it in quotes: "${plain}"`,
    };
  }
  if (field !== null && textFields.has(field) && typeof value !== 'string' && typeof value !== 'object') {
    return {
      path,
      message: `"${field}" is text in every fact and never equals ${shown(value)}.`,
      suggestion: `put it in quotes: "${plain ?? shown(value)}"`,
    };
  }
  if (typeof value !== 'string') return undefined;
  if (plain !== undefined && formerBooleans.test(plain)) {
    const meant = /^(?:yes|on|y)$/i.test(plain);
    return {
      path,
      message: `In YAML 1.2 ${plain} is text, not ${meant}.`,
      suggestion: `write ${meant}, or "${plain}" in quotes if the text is meant`,
    };
  }
  const closed = field === null ? undefined : closedValues[field];
  if (closed !== undefined && !closed.includes(value)) {
    return {
      path,
      message: `"${field}" is one of ${closed.join(', ')} and never "${value}".`,
      suggestion: didYouMean(value, closed),
    };
  }
  return field === 'currency' ? currencyFinding(value, path) : undefined;
}

function isExact(source: string, value: number): boolean {
  const digits = source.replace(/^[-+]|\.|e.*$/gi, '').replace(/^0+/, '');
  return Number.isFinite(value) && digits.length <= 15;
}
