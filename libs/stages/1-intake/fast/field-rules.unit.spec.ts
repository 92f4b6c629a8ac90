import { factSchema } from '@weir/contracts';
import { z } from 'zod';
import { fieldRules, UnknownSchemaPart } from './field-rules';

const text = { required: true, nullable: false, shortest: 0, longest: 0x3fffffff, words: null, isObject: false };

describe('the rules of a schema’s fields', () => {
  it('given the contract of facts, say what it says of each field', () => {
    const rules = fieldRules(factSchema);

    expect([...rules.keys()]).toEqual(Object.keys(factSchema.shape));
    expect(rules.get('id')).toEqual({ ...text, shortest: 1, longest: 256 });
    expect(rules.get('source')).toEqual({ ...text, required: false, shortest: 1, longest: 256 });
    expect(rules.get('kind')).toEqual({ ...text, words: ['transaction', 'operation'] });
    expect(rules.get('direction')).toEqual({ ...text, required: false, nullable: true, words: ['in', 'out'] });
    expect(rules.get('currency')).toEqual({ ...text, required: false, nullable: true });
    expect(rules.get('attributes')).toMatchObject({ required: false, nullable: true, isObject: true });
  });

  it.each<[string, z.ZodType]>([
    ['a number', z.number()],
    ['a boolean', z.boolean()],
    ['a list', z.array(z.string())],
    ['an object of its own', z.looseObject({})],
    ['a union', z.union([z.string(), z.number()])],
    ['a default', z.string().default('x')],
    ['a transform', z.string().transform((value) => value.length)],
    ['a refinement', z.string().refine((value) => value !== 'x')],
    [
      'a refinement of an optional field',
      z
        .string()
        .optional()
        .refine((value) => value !== 'x'),
    ],
    ['a pattern', z.string().regex(/x/)],
    ['a format', z.email()],
    ['trimming', z.string().trim()],
    ['coercion', z.coerce.string()],
    ['an exact length', z.string().length(3)],
    ['a word that JSON may write in several ways', z.enum(['in', '\u8f6c'])],
    ['a number among the words', z.enum({ One: 1, Two: 'two' })],
    ['a record whose members have a type', z.record(z.string(), z.string())],
    ['a record whose names are limited', z.record(z.string().max(3), z.unknown())],
    ['a refined record', z.record(z.string(), z.unknown()).refine(() => true)],
  ])('given a field with %s, refuse the schema, since they could not say it', (_, field) => {
    expect(() => fieldRules(z.looseObject({ field }))).toThrow(UnknownSchemaPart);
  });

  it('given several limits of one field, keep the strictest', () => {
    const rules = fieldRules(z.looseObject({ field: z.string().min(3).min(1).max(5).max(9) }));
    expect(rules.get('field')).toEqual({ ...text, shortest: 3, longest: 5 });
  });

  it.each<[string, z.ZodObject]>([
    ['has a name that JSON may write in several ways', z.looseObject({ 'a"b': z.string() })],
    ['refuses unknown fields', z.strictObject({ id: z.string() })],
    ['drops unknown fields', z.object({ id: z.string() })],
    ['has a type for unknown fields', z.object({ id: z.string() }).catchall(z.string())],
    ['has a refinement', z.looseObject({ id: z.string() }).refine(() => true)],
  ])('given a schema that %s, refuse it', (_, schema) => {
    expect(() => fieldRules(schema)).toThrow(UnknownSchemaPart);
  });
});
