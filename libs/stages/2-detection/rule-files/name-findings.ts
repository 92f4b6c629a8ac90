import { currencyCodes, currencyDecimals, isZone, ruleFields } from '@weir/domain';
import type { Finding, Step } from './mistake';
import { didYouMean, nearest } from './nearest';
import { shown } from './schema-findings';
import type { SourceTree } from './source-tree';

/** Fields whose values are text in every fact: a number or true/false never equals them. */
const textFields: ReadonlySet<string> = new Set(ruleFields.filter((field) => field !== 'amount'));
/** Words that other YAML versions read as true or false; in 1.2 they are text. */
const formerBooleans = /^(?:yes|no|on|off|y|n)$/i;
const closedValues: Readonly<Record<string, readonly string[]>> = {
  kind: ['transaction', 'operation'],
  direction: ['in', 'out'],
};

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Looks at the names that a rule uses: fields of facts, currencies, zones, words; whatever else is wrong with it. */
export function nameFindings(tree: SourceTree): Finding[] {
  return new Names(tree).find();
}

class Names {
  private readonly findings: Finding[] = [];

  constructor(private readonly tree: SourceTree) {}

  find(): Finding[] {
    const rule = this.tree.value;
    if (!isMapping(rule)) return [];
    this.conditions(rule.when, ['when']);
    this.conditions(rule.trigger, ['trigger']);
    if (isMapping(rule.measure)) {
      const { value, sum, by, where, window } = rule.measure;
      this.field(value, ['measure', 'value']);
      this.field(sum, ['measure', 'sum']);
      for (const [index, name] of list(by).entries()) this.field(name, ['measure', 'by', index]);
      this.conditions(where, ['measure', 'where']);
      if (isMapping(window)) this.zone(window.timezone, ['measure', 'window', 'timezone']);
    }
    if (isMapping(rule.threshold)) this.currency(rule.threshold.currency, ['threshold', 'currency']);
    return this.findings;
  }

  private conditions(value: unknown, path: readonly Step[]): void {
    for (const [index, condition] of list(value).entries()) this.condition(condition, [...path, index]);
  }

  private condition(value: unknown, path: readonly Step[]): void {
    if (!isMapping(value) || path.length > 30) return;
    this.conditions(value.all, [...path, 'all']);
    this.conditions(value.any, [...path, 'any']);
    this.condition(value.not, [...path, 'not']);
    if (typeof value.field !== 'string') return;
    this.field(value.field, [...path, 'field']);
    this.scalar(value.field, value.equals, [...path, 'equals']);
    for (const operator of ['in', 'notIn']) {
      for (const [index, one] of list(value[operator]).entries()) {
        this.scalar(value.field, one, [...path, operator, index]);
      }
    }
  }

  private field(name: unknown, path: readonly Step[]): void {
    if (typeof name !== 'string' || (ruleFields as readonly string[]).includes(name)) return;
    if (name.startsWith('attributes.') && name.length > 'attributes.'.length) return;
    if (name === 'occurredAt') {
      this.findings.push({
        path,
        message: 'When a fact occurred cannot be compared here; windows look at time.',
        suggestion: 'let upstream send what you need, e.g. as attributes.hour',
      });
      return;
    }
    const attribute = /^[A-Za-z]\w*$/.test(name) ? `it may be an attribute: "attributes.${name}"` : undefined;
    this.findings.push({
      path,
      message: `A fact has no field "${name}".`,
      suggestion: didYouMean(name, ruleFields) ?? attribute ?? `fields are ${ruleFields.join(', ')}, attributes.<name>`,
    });
  }

  private scalar(field: string, value: unknown, path: readonly Step[]): void {
    if (value === undefined || value === null) return;
    const plain = this.tree.plainText(path);
    if (typeof value === 'number' && plain !== undefined && !isExact(plain, value)) {
      this.findings.push({
        path,
        message: `The number ${plain} cannot be held exactly.`,
        suggestion: `put it in quotes: "${plain}"`,
      });
      return;
    }
    if (textFields.has(field) && typeof value !== 'string' && typeof value !== 'object') {
      this.findings.push({
        path,
        message: `"${field}" is text in every fact and never equals ${shown(value)}.`,
        suggestion: `put it in quotes: "${plain ?? shown(value)}"`,
      });
      return;
    }
    if (typeof value !== 'string') return;
    if (plain !== undefined && formerBooleans.test(plain)) {
      const meant = /^(?:yes|on|y)$/i.test(plain);
      this.findings.push({
        path,
        message: `In YAML 1.2 ${plain} is text, not ${meant}.`,
        suggestion: `write ${meant}, or "${plain}" in quotes if the text is meant`,
      });
      return;
    }
    const closed = closedValues[field];
    if (closed !== undefined && !closed.includes(value)) {
      this.findings.push({
        path,
        message: `"${field}" is one of ${closed.join(', ')} and never "${value}".`,
        suggestion: didYouMean(value, closed),
      });
    } else if (field === 'currency') {
      this.currency(value, path);
    }
  }

  private currency(code: unknown, path: readonly Step[]): void {
    if (typeof code !== 'string' || currencyDecimals(code) !== undefined) return;
    const upper = code.toUpperCase();
    const meant = currencyDecimals(upper) === undefined ? (common[upper] ?? nearest(upper, currencyCodes)) : upper;
    this.findings.push({
      path,
      message: `"${code}" is no ISO 4217 currency in use.`,
      suggestion: meant === undefined ? 'write three capitals, e.g. CNY' : `did you mean "${meant}"?`,
    });
  }

  private zone(name: unknown, path: readonly Step[]): void {
    if (typeof name !== 'string' || isZone(name)) return;
    const zones = Intl.supportedValuesOf('timeZone');
    const city = zones.find((zone) => zone.slice(zone.lastIndexOf('/') + 1).toLowerCase() === name.toLowerCase());
    this.findings.push({
      path,
      message: `"${name}" is no IANA time zone.`,
      suggestion:
        (city === undefined ? didYouMean(name, zones) : `did you mean "${city}"?`) ?? 'write e.g. Asia/Shanghai',
    });
  }
}

/** What people write for a currency though it is no code of ISO 4217. */
const common: Readonly<Record<string, string>> = { RMB: 'CNY', CNH: 'CNY', YUAN: 'CNY', 人民币: 'CNY', '￥': 'CNY' };

function isExact(source: string, value: number): boolean {
  const digits = source.replace(/^[-+]|\.|e.*$/gi, '').replace(/^0+/, '');
  return Number.isFinite(value) && digits.length <= 15;
}
