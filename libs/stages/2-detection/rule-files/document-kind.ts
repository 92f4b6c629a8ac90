import { listSchema, ratesSchema, ruleSchema, tableSchema } from '@weir/contracts';

/** What a document of a rule file can be. */
export const documentKinds = ['rule', 'list', 'table', 'rates'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** The sorts of reference data; the key that carries the name of each is the same word. */
const referenceKinds = ['list', 'table', 'rates'] as const;

/** The key that carries the name of a document. */
export const nameKeys: Readonly<Record<DocumentKind, string>> = {
  rule: 'id',
  list: 'list',
  table: 'table',
  rates: 'rates',
};

/** What a document of each kind looks like. */
export const schemas = { rule: ruleSchema, list: listSchema, table: tableSchema, rates: ratesSchema } as const;

/** What a mapping is meant to be: reference data where one of its keys says so, else a rule. */
export function kindOf(value: object): DocumentKind {
  return referenceKinds.find((key) => Object.hasOwn(value, key)) ?? 'rule';
}

/** `The list "watched"`, as messages name a document. */
export function called(kind: DocumentKind, name: string): string {
  return kind === 'rates' ? `The rates into ${name}` : `The ${kind} "${name}"`;
}
