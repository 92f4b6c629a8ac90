import { z } from 'zod';
import type { Finding, Step } from './mistake';
import { didYouMean, nearest } from './nearest';
import { bare, descriptionOf, keysOf, meantUnion, meantVariant, schemaAt, sortsOf, valueAt } from './schema-shape';

type Issue = z.core.$ZodIssue;

const stepsOf = (path: readonly PropertyKey[]): Step[] =>
  path.map((step) => (typeof step === 'symbol' ? String(step) : step));

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? `"${value}"` : `${value as number | boolean}`;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** A finding with what it says of keys. */
interface KeyFinding extends Finding {
  readonly missing?: boolean;
  readonly meant?: string | undefined;
}

function unknownKeys(keys: readonly string[], schema: unknown, path: readonly Step[]): KeyFinding[] {
  const known = keysOf(schema) ?? [];
  return keys.map((key) => {
    const meant = nearest(key, known);
    return {
      path: [...path, key],
      atKey: true,
      meant,
      message: `There is no "${key}" here.`,
      suggestion: meant === undefined ? `known here: ${known.join(', ')}` : `did you mean "${meant}"?`,
    };
  });
}

function wrongSort(schema: unknown, value: unknown, path: readonly Step[]): Finding {
  const sorts = sortsOf(schema);
  const quotes =
    (typeof value === 'number' || typeof value === 'boolean') && sorts === 'text'
      ? `put it in quotes: "${value}"`
      : undefined;
  return { path, message: `It must be ${sorts}, not ${shown(value)}.`, suggestion: quotes };
}

function sized(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall, value: unknown): string {
  const small = issue.code === 'too_small';
  const limit = small ? issue.minimum : issue.maximum;
  const unit = typeof value === 'string' ? ' characters' : Array.isArray(value) ? ' entries' : '';
  if (small && limit === 1 && unit !== '') return 'It must not be empty.';
  const edge = issue.inclusive === false ? (small ? 'more than' : 'less than') : small ? 'at least' : 'at most';
  return `It must have ${edge} ${limit}${unit}.`.replace('have', unit === '' ? 'be' : 'have');
}

function findingOf(issue: Issue, schema: unknown, value: unknown, path: readonly Step[]): Finding {
  switch (issue.code) {
    case 'invalid_type':
      return wrongSort(schema, value, path);
    case 'invalid_value': {
      const known = issue.values.map(String);
      return {
        path,
        message: `It must be ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}, not ${shown(value)}.`,
        suggestion: typeof value === 'string' ? didYouMean(value, known) : undefined,
      };
    }
    case 'too_big':
    case 'too_small':
      return { path, message: sized(issue, value) };
    case 'invalid_format':
      return {
        path,
        message: `${shown(value)} cannot be read.`,
        suggestion: descriptionOf(bare(meantUnion(schema, value))) ?? descriptionOf(schema),
      };
    default:
      return { path, message: issue.message };
  }
}

/**
 * Everything that keeps a value from being what a schema wants, in plain words. Where several forms are allowed, the
 * form that the value comes nearest to is taken to be meant, and only what is wrong with that is told.
 */
export function schemaFindings(schema: z.ZodType, value: unknown, at: readonly Step[] = []): Finding[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  const findings = findingsIn(result.error, schema, value, at);
  // A misspelt key says already which one is missing.
  const meantKeys = new Set(
    findings.flatMap(({ atKey, path, meant: key }) => (atKey ? keyOf([...path.slice(0, -1), key ?? '']) : [])),
  );
  return findings.filter(({ missing, path }) => missing !== true || !meantKeys.has(keyOf(path)));
}

const keyOf = (path: readonly Step[]): string => JSON.stringify(path);

function findingsIn(error: z.ZodError, schema: z.ZodType, value: unknown, at: readonly Step[]): KeyFinding[] {
  return error.issues.flatMap((issue): KeyFinding[] => {
    const inside = stepsOf(issue.path);
    const path = [...at, ...inside];
    const found = valueAt(value, inside);
    const wanted = schemaAt(schema, value, inside);
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, meantSchema(wanted, found), path);
    if (found === undefined && path.length > 0) {
      return [
        {
          path,
          missing: true,
          message: `"${path.at(-1)}" is missing.`,
          suggestion: descriptionOf(wanted) ?? `give ${sortsOf(wanted)}`,
        },
      ];
    }
    if (issue.code === 'invalid_union') {
      const variant = meantSchema(wanted, found);
      if (!(variant instanceof z.ZodType)) return [wrongSort(wanted, found, path)];
      const inner = schemaFindings(variant, found, path);
      // A decimal's text form says nothing of itself; the union of its forms does.
      return inner.map((one) =>
        one.suggestion === undefined && one.path.length === path.length
          ? { ...one, suggestion: descriptionOf(wanted) }
          : one,
      );
    }
    return [findingOf(issue, wanted, found, path)];
  });
}

function meantSchema(schema: unknown, value: unknown): unknown {
  const inner = bare(schema);
  return inner instanceof z.ZodUnion ? bare(meantVariant(inner, value)) : inner;
}
