import { decimalRefusal, parseDecimal, parseInstant } from '@weir/domain';
import type { Finding, Step } from './mistake';
import { isMapping, listOf } from './rule-parts';
import type { SourceTree } from './source-tree';
import { currencyFinding, scalarFinding } from './word-findings';

/**
 * What is wrong with a list, a table or rates beyond their shape: values that could never be found or that are not exact,
 * currencies that are none, times that cannot be read, rates that are not above 0 or stand there twice.
 */
export function referenceFindings(tree: SourceTree): Finding[] {
  const document = tree.value;
  if (!isMapping(document)) return [];
  return [
    ...ofTime(document.effectiveFrom, ['effectiveFrom']),
    ...ofList(document, tree),
    ...ofTable(document),
    ...ofRates(document),
  ];
}

function ofTime(text: unknown, path: readonly Step[]): Finding[] {
  if (typeof text !== 'string') return [];
  const parsed = parseInstant(text);
  return parsed.ok ? [] : [{ path, message: parsed.message }];
}

function ofList(document: Record<string, unknown>, tree: SourceTree): Finding[] {
  if (!('list' in document)) return [];
  return listOf(document.values).flatMap((value, index) => scalarFinding(tree, null, value, ['values', index]) ?? []);
}

function ofTable(document: Record<string, unknown>): Finding[] {
  if (!('table' in document) || !isMapping(document.values)) return [];
  return Object.entries(document.values).flatMap(([key, value]) =>
    (typeof value === 'string' || typeof value === 'number') && parseDecimal(value) === undefined
      ? [{ path: ['values', key], message: decimalRefusal(value) }]
      : [],
  );
}

function ofRates(document: Record<string, unknown>): Finding[] {
  if (!('rates' in document)) return [];
  const into = document.rates;
  const findings = [currencyFinding(into, ['rates']) ?? []].flat();
  const first = new Map<string, number>();
  for (const [index, rate] of listOf(document.values).entries()) {
    if (!isMapping(rate)) continue;
    const path = ['values', index];
    findings.push(...[currencyFinding(rate.currency, [...path, 'currency']) ?? []].flat());
    if (rate.currency === into) {
      findings.push({
        path: [...path, 'currency'],
        message: `One ${String(into)} is worth one ${String(into)}.`,
        suggestion: 'leave it out',
      });
    }
    if (typeof rate.rate === 'string' && /^0+(\.0+)?$/.test(rate.rate)) {
      findings.push({ path: [...path, 'rate'], message: 'A rate must be above 0.' });
    }
    const wrongTime = ofTime(rate.from, [...path, 'from']);
    findings.push(...wrongTime);
    if (typeof rate.from !== 'string' || wrongTime.length > 0) continue;
    const begins = parseInstant(rate.from);
    const name = `${String(rate.currency)} ${begins.ok ? begins.value : rate.from}`;
    const twin = first.get(name);
    if (twin === undefined) first.set(name, index);
    else {
      findings.push({
        path: [...path, 'from'],
        message: `A rate of ${String(rate.currency)} from ${rate.from} is given twice; the other is values[${twin}].`,
        suggestion: 'remove one of the two',
      });
    }
  }
  return findings;
}
