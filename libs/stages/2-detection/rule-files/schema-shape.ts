import { z } from 'zod';
import type { Step } from './mistake';
import { nearest } from './nearest';

/** What stands behind optional, default and lazy. */
export function bare(schema: unknown): unknown {
  let current = schema;
  for (;;) {
    if (current instanceof z.ZodOptional || current instanceof z.ZodNullable || current instanceof z.ZodDefault) {
      current = current.def.innerType;
    } else if (current instanceof z.ZodLazy) {
      current = current.def.getter();
    } else {
      return current;
    }
  }
}

/** The words that a schema says of itself; undefined where it says none. */
export function descriptionOf(schema: unknown): string | undefined {
  let current = schema;
  for (;;) {
    if (!(current instanceof z.ZodType)) return undefined;
    if (current.description !== undefined) return current.description;
    const inner = current instanceof z.ZodLazy ? undefined : bareOnce(current);
    if (inner === undefined) return undefined;
    current = inner;
  }
}

function bareOnce(schema: z.ZodType): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
    ? schema.def.innerType
    : undefined;
}

/** The keys that a mapping may have; undefined where the schema is none. */
export function keysOf(schema: unknown): readonly string[] | undefined {
  const inner = bare(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : undefined;
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is at all of the sort that a schema is about. */
function sameSort(schema: unknown, value: unknown): boolean {
  const inner = bare(schema);
  if (inner instanceof z.ZodUnion) return inner.options.some((option) => sameSort(option, value));
  if (inner instanceof z.ZodObject || inner instanceof z.ZodRecord) return isMapping(value);
  if (inner instanceof z.ZodArray || inner instanceof z.ZodTuple) return Array.isArray(value);
  if (inner instanceof z.ZodString || inner instanceof z.ZodEnum) return typeof value === 'string';
  if (inner instanceof z.ZodNumber) return typeof value === 'number';
  if (inner instanceof z.ZodBoolean) return typeof value === 'boolean';
  return false;
}

/** How well the keys of a mapping fit: exact ones count most, misspelt ones a little, missing and foreign ones against. */
function fit(schema: unknown, value: unknown): number {
  const keys = keysOf(schema);
  if (keys === undefined || !isMapping(value)) return 0;
  let score = 0;
  for (const key of Object.keys(value)) {
    if (keys.includes(key)) score += 4;
    else if (nearest(key, keys) !== undefined) score += 3;
  }
  return score - keys.length / 100;
}

/** The variant of a union that was meant; undefined where the value is of no variant's sort. */
export function meantVariant(union: z.ZodUnion, value: unknown): unknown {
  let best: unknown;
  let bestFit = -Infinity;
  for (const variant of union.options) {
    if (!sameSort(variant, value)) continue;
    const score = fit(variant, value);
    if (score > bestFit) {
      best = variant;
      bestFit = score;
    }
  }
  return best;
}

/** The same, where forms of forms are allowed: the innermost union that the value is meant for, or the schema itself. */
export function meantUnion(schema: unknown, value: unknown): unknown {
  const union = bare(schema);
  const variant = union instanceof z.ZodUnion ? meantVariant(union, value) : undefined;
  return bare(variant) instanceof z.ZodUnion ? meantUnion(variant, value) : schema;
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: readonly Step[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<Step, unknown>)[step];
  }
  return current;
}

/** The schema that governs a path, following the variants that the value means; undefined where none does. */
export function schemaAt(schema: unknown, value: unknown, path: readonly Step[]): unknown {
  let current = schema;
  let here = value;
  for (const step of path) {
    let inner = bare(current);
    if (inner instanceof z.ZodUnion) inner = bare(meantVariant(inner, here));
    if (inner instanceof z.ZodObject) current = (inner.shape as Record<string, unknown>)[String(step)];
    else if (inner instanceof z.ZodArray) current = inner.def.element;
    else if (inner instanceof z.ZodTuple && typeof step === 'number') current = inner.def.items[step];
    else if (inner instanceof z.ZodRecord) current = inner.def.valueType;
    else return undefined;
    here = valueAt(here, [step]);
  }
  return current;
}

/** In words, the sorts of values that a schema takes: `text, a number or true/false`. */
export function sortsOf(schema: unknown): string {
  const inner = bare(schema);
  if (inner instanceof z.ZodUnion) return [...new Set(inner.options.map(sortsOf))].join(' or ');
  if (inner instanceof z.ZodObject) {
    const keys = Object.keys(inner.shape);
    return `a mapping with ${keys.slice(0, 6).join(', ')}${keys.length > 6 ? ' …' : ''}`;
  }
  if (inner instanceof z.ZodRecord) return 'a mapping';
  if (inner instanceof z.ZodTuple) return `a list of ${inner.def.items.length}`;
  if (inner instanceof z.ZodArray) return 'a list';
  if (inner instanceof z.ZodEnum) return inner.options.map(String).join(', ');
  if (inner instanceof z.ZodNumber) return 'a number';
  if (inner instanceof z.ZodBoolean) return 'true or false';
  if (inner instanceof z.ZodLiteral) return [...inner.values].map(String).join(', ');
  return 'text';
}
