import { Flaw, placeOf } from '../steps/flaw';

/** What a walk over parsed JSON counted. */
export interface Structure {
  /** Strings in it, names of fields included. */
  strings: number;
}

type Place = (string | number)[];

/**
 * Walks parsed JSON once: how many strings it has, and the first thing that no reader should be trusted to read alike:
 * nesting beyond `maxDepth`, a field named `__proto__`, a number that JavaScript's numbers do not hold.
 *
 * Integers must be safe (at most 2^53 − 1 either way) and no number may overflow; a fraction is read as the nearest
 * double, as every common JSON reader does, so what is written with up to 15 digits comes back the same.
 */
export function walkStructure(value: unknown, maxDepth: number): Structure | Flaw {
  const structure: Structure = { strings: 0 };
  return walk(value, maxDepth, [], structure) ?? structure;
}

function walk(value: unknown, levelsLeft: number, place: Place, structure: Structure): Flaw | undefined {
  if (typeof value === 'string') {
    structure.strings++;
    return undefined;
  }
  if (typeof value === 'number') {
    const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
    return exact ? undefined : inexact(place);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (levelsLeft === 0) {
    return new Flaw('too-deep', `The JSON is nested too deeply at ${placeOf(place)}; write facts flat.`);
  }
  return Array.isArray(value)
    ? walkList(value, levelsLeft, place, structure)
    : walkObject(value as Record<string, unknown>, levelsLeft, place, structure);
}

function walkList(list: unknown[], levelsLeft: number, place: Place, structure: Structure): Flaw | undefined {
  for (let i = 0; i < list.length; i++) {
    place.push(i);
    const flaw = walk(list[i], levelsLeft - 1, place, structure);
    if (flaw !== undefined) return flaw;
    place.pop();
  }
  return undefined;
}

function walkObject(
  object: Record<string, unknown>,
  levelsLeft: number,
  place: Place,
  structure: Structure,
): Flaw | undefined {
  for (const name of Object.keys(object)) {
    place.push(name);
    if (name === '__proto__') {
      return new Flaw('forbidden-field', `A field is named __proto__ at ${placeOf(place)}; give it another name.`);
    }
    structure.strings++;
    const flaw = walk(object[name], levelsLeft - 1, place, structure);
    if (flaw !== undefined) return flaw;
    place.pop();
  }
  return undefined;
}

const inexact = (place: Place): Flaw =>
  new Flaw(
    'invalid-value',
    `The number at ${placeOf(place)} is beyond what JSON readers hold exactly (9007199254740991); write it as text.`,
  );
