import type { Finding } from './mistake';
import { conditionsIn, isMapping, limitsIn, listOf } from './rule-parts';
import type { SourceTree } from './source-tree';
import { currencyFinding, fieldFinding, scalarFinding, zoneFinding } from './word-findings';

/** Verbs and other keys of a measure whose value is the name of a field. */
const fieldsOfMeasure = [
  'value',
  'sum',
  'average',
  'max',
  'min',
  'distinct',
  'share',
  'of',
  'turn',
  'timesUsual',
] as const;

/** Looks at the names that a rule uses: fields of facts, currencies, zones, words; whatever else is wrong with it. */
export function nameFindings(tree: SourceTree): Finding[] {
  const rule = tree.value;
  if (!isMapping(rule)) return [];
  return [...ofConditions(rule, tree), ...ofMeasure(rule), ...ofThreshold(rule), ...ofRecommendation(rule)].filter(
    (finding) => finding !== undefined,
  );
}

type Rule = Readonly<Record<string, unknown>>;
type Found = Iterable<Finding | undefined>;

function* ofConditions(rule: Rule, tree: SourceTree): Found {
  for (const { path, value } of conditionsIn(rule)) {
    const field = String(value.field);
    yield fieldFinding(field, [...path, 'field']);
    yield fieldFinding(value.sameAs, [...path, 'sameAs']);
    yield fieldFinding(value.differsFrom, [...path, 'differsFrom']);
    yield scalarFinding(tree, field, value.equals, [...path, 'equals']);
    for (const operator of ['in', 'notIn']) {
      for (const [index, one] of listOf(value[operator]).entries()) {
        yield scalarFinding(tree, field, one, [...path, operator, index]);
      }
    }
  }
}

function* ofMeasure({ measure }: Rule): Found {
  if (!isMapping(measure)) return;
  for (const key of fieldsOfMeasure) yield fieldFinding(measure[key], ['measure', key]);
  for (const [index, name] of listOf(measure.by).entries()) yield fieldFinding(name, ['measure', 'by', index]);
  if (isMapping(measure.window)) yield zoneFinding(measure.window.timezone, ['measure', 'window', 'timezone']);
}

function* ofThreshold(rule: Rule): Found {
  for (const { path, value } of limitsIn(rule)) {
    yield fieldFinding(value.field, [...path, 'field']);
    yield fieldFinding(value.key, [...path, 'key']);
  }
  if (isMapping(rule.threshold)) yield currencyFinding(rule.threshold.currency, ['threshold', 'currency']);
}

function* ofRecommendation({ recommend }: Rule): Found {
  if (!isMapping(recommend) || !isMapping(recommend.freeze)) return;
  yield zoneFinding(recommend.freeze.timezone, ['recommend', 'freeze', 'timezone']);
}
