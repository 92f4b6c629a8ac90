/** A field that an object names twice: its name, and the names and numbers that lead to it. */
export interface DuplicateName {
  readonly path: readonly (string | number)[];
}

/** An object (with the names seen) or a list (with how many elements were passed) that is open. */
interface Level {
  readonly names: Set<string> | null;
  name: string;
  index: number;
}

/**
 * Finds the first field that an object of a valid JSON text names twice, at any level. Names are compared as read, so
 * `"a"` and `"\u0061"` are the same. Linear; nothing recursive, so depth does not matter.
 * @param text must be valid JSON
 */
export function findDuplicateName(text: string): DuplicateName | undefined {
  const levels: Level[] = [];
  let nameExpected = false;
  for (let i = 0; i < text.length; i++) {
    const level = levels[levels.length - 1];
    switch (text.charAt(i)) {
      case '"': {
        const end = endOfString(text, i);
        if (nameExpected && level?.names) {
          const name = JSON.parse(text.slice(i, end)) as string;
          level.name = name;
          if (level.names.has(name)) return { path: levels.map((open) => (open.names ? open.name : open.index)) };
          level.names.add(name);
          nameExpected = false;
        }
        i = end - 1;
        break;
      }
      case '{':
        levels.push({ names: new Set(), name: '', index: 0 });
        nameExpected = true;
        break;
      case '[':
        levels.push({ names: null, name: '', index: 0 });
        nameExpected = false;
        break;
      case '}':
      case ']':
        levels.pop();
        nameExpected = false;
        break;
      case ',':
        if (level?.names) nameExpected = true;
        else if (level) level.index++;
        break;
    }
  }
  return undefined;
}

/** Position after the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text.charAt(i) !== '"') i += text.charAt(i) === '\\' ? 2 : 1;
  return i + 1;
}
