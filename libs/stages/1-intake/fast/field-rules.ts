import type { z } from 'zod';

/** What the schema says of one field, in a form that is quick to hold a value to. */
export interface FieldRule {
  readonly required: boolean;
  readonly nullable: boolean;
  /** Fewest and most UTF-16 units where the field is text; no text fits where it is none. */
  readonly shortest: number;
  readonly longest: number;
  /** The only texts that the field may have; null where any will do. */
  readonly words: readonly string[] | null;
  /** True where the field is an object of any content. */
  readonly isObject: boolean;
}

/** A part of a schema that `fieldRules` cannot put into a rule: it must be taught, or checks would be left out. */
export class UnknownSchemaPart extends Error {
  readonly code = 'unknown-schema-part';
  constructor(where: string, part: string) {
    super(`The schema's ${where} has ${part}, which libs/stages/1-intake/fast/field-rules.ts does not know.`);
    this.name = 'UnknownSchemaPart';
  }
}

/** More than the longest text that there can be. */
const noLimit = 0x3fffffff;
const anyText: FieldRule = {
  required: true,
  nullable: false,
  shortest: 0,
  longest: noLimit,
  words: null,
  isObject: false,
};
const noText: FieldRule = { ...anyText, shortest: 1, longest: 0 };

/**
 * Reads the rules of all named fields out of the definition of a schema.
 * @throws UnknownSchemaPart where the schema has anything that a rule cannot say: a transform, a refinement, another type
 */
export function fieldRules(schema: z.ZodObject): ReadonlyMap<string, FieldRule> {
  const { catchall, checks, shape } = schema._zod.def;
  if (catchall?._zod.def.type !== 'unknown') throw new UnknownSchemaPart('object', 'a say on unknown fields');
  if (checks !== undefined && checks.length > 0) throw new UnknownSchemaPart('object', 'checks of its own');
  const fields: Readonly<Record<string, z.core.$ZodType>> = shape;
  return new Map(Object.entries(fields).map(([name, field]) => [requirePlain(name, 'name'), ruleOf(name, field)]));
}

function ruleOf(name: string, field: z.core.$ZodType): FieldRule {
  const { def } = (field as z.core.$ZodTypes)._zod;
  if (def.checks !== undefined && def.type !== 'string' && def.checks.length > 0) {
    throw new UnknownSchemaPart(`field "${name}"`, `checks of a ${def.type}`);
  }
  switch (def.type) {
    case 'optional':
      return { ...ruleOf(name, def.innerType), required: false };
    case 'nullable':
      return { ...ruleOf(name, def.innerType), nullable: true };
    case 'enum':
      return { ...anyText, words: Object.values(def.entries).map((word) => wordOf(name, word)) };
    case 'record':
      if (!takesAnything(def)) throw new UnknownSchemaPart(`field "${name}"`, 'a say on its members');
      return { ...noText, isObject: true };
    case 'string':
      if ('format' in def || 'coerce' in def) throw new UnknownSchemaPart(`field "${name}"`, 'a format');
      return (def.checks ?? []).reduce((rule, check) => limited(rule, name, check), anyText);
    default:
      throw new UnknownSchemaPart(`field "${name}"`, `the type ${def.type}`);
  }
}

function takesAnything({ keyType, valueType }: z.core.$ZodRecordDef): boolean {
  const { def } = (keyType as z.core.$ZodTypes)._zod;
  return def.type === 'string' && (def.checks ?? []).length === 0 && valueType._zod.def.type === 'unknown';
}

function limited(rule: FieldRule, name: string, check: z.core.$ZodCheck<string>): FieldRule {
  const { def } = (check as z.core.$ZodChecks)._zod;
  switch (def.check) {
    case 'min_length':
      return { ...rule, shortest: Math.max(rule.shortest, def.minimum) };
    case 'max_length':
      return { ...rule, longest: Math.min(rule.longest, def.maximum) };
    default:
      throw new UnknownSchemaPart(`field "${name}"`, `the check ${def.check}`);
  }
}

function wordOf(name: string, word: string | number): string {
  if (typeof word !== 'string') throw new UnknownSchemaPart(`field "${name}"`, `the listed value ${word}`);
  return requirePlain(word, `listed value of "${name}"`);
}

/** Names and words are looked for as bytes: they must be written alike in every JSON. */
function requirePlain(text: string, what: string): string {
  if (!/^[\w-]+$/.test(text)) throw new UnknownSchemaPart(what, `the text ${JSON.stringify(text)}`);
  return text;
}
