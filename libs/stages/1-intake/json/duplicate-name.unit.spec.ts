import fc from 'fast-check';
import { findDuplicateName } from './duplicate-name';
import { countStrings } from './string-count';
import { walkStructure } from './structure';
import { Flaw } from '../steps/flaw';

/** JSON as a model that can name a field twice, which parsed JSON cannot. */
type Model = string | number | boolean | null | { list: Model[] } | { members: [string, Model][] };

const name = fc.oneof(fc.constantFrom('a', '"', '\\', 'a\\"', '客', ':', '{', ''), fc.string({ maxLength: 1 }));
const model = fc.letrec<{ model: Model }>((tie) => ({
  model: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'json' },
    fc.oneof(name, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.record({ list: fc.array(tie('model'), { maxLength: 4, depthIdentifier: 'json' }) }),
    fc.record({ members: fc.array(fc.tuple(name, tie('model')), { maxLength: 4, depthIdentifier: 'json' }) }),
  ),
})).model;

/** Writes text as a JSON string, its first character as an escape where `escape` says so. */
function writeString(text: string, escape: boolean): string {
  if (!escape || text.length === 0) return JSON.stringify(text);
  const first = `\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `"${first}${JSON.stringify(text.slice(1)).slice(1)}`;
}

function write(value: Model, escapes: () => boolean): string {
  if (typeof value === 'string') return writeString(value, escapes());
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('list' in value) return `[ ${value.list.map((element) => write(element, escapes)).join(' ,')}]`;
  const members = value.members.map(([key, member]) => `${writeString(key, escapes())}\n: ${write(member, escapes)}`);
  return `{${members.join(',\t')} }`;
}

/** The simple reference: does any object of the model name a field twice? */
function namesTwice(value: Model): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('list' in value) return value.list.some(namesTwice);
  const names = value.members.map(([key]) => key);
  return new Set(names).size !== names.length || value.members.some(([, member]) => namesTwice(member));
}

describe('duplicate names in JSON', () => {
  it('given any JSON, count and scanner say what a plain reading of the model says', () => {
    let [once, twice] = [0, 0];
    fc.assert(
      fc.property(model, fc.infiniteStream(fc.boolean()), (value, escapes) => {
        const text = write(value, () => escapes.next().value === true);
        const structure = walkStructure(JSON.parse(text), 100);
        fc.pre(!(structure instanceof Flaw));
        const wanted = namesTwice(value);
        if (wanted) twice++;
        else once++;
        expect(findDuplicateName(text) !== undefined).toBe(wanted);
        expect(countStrings(Buffer.from(text)).strings !== structure.strings).toBe(wanted);
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(once, twice)).toBeGreaterThan(100);
  });

  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"a":[1,{"b":{"c":1,"d":2,"c":3}}]}', ['a', 1, 'b', 'c']],
    ['[[],{"x":"x","y":["x","x"],"\\u0078":1}]', [1, 'x']],
  ])('given %s it says where', (text, path) => {
    expect(findDuplicateName(text)?.path).toEqual(path);
  });

  it('given a hundred thousand open brackets, neither runs out of stack', () => {
    const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(findDuplicateName(text)).toBeUndefined();
    expect(walkStructure(JSON.parse(text), 16)).toMatchObject({ reason: 'too-deep' });
  });
});
