import { shortened } from '@weir/intake';

/** How a table is laid out. */
export interface TableForm {
  /** Heads of columns with numbers. */
  readonly right: readonly string[];
  /** Columns of the screen. */
  readonly width: number;
  /** Characters that the last column has at least, also where the screen is too narrow. */
  readonly leastLast: number;
}

/** Lines of a table: columns as wide as they must be, the last one cut where the screen ends. */
export function* table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { right, width, leastLast }: TableForm,
): Generator<string> {
  const all = [head, ...rows];
  const widths = head.map((_name, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  const room = Math.max(leastLast, width - before);
  for (const row of all) {
    const cells = row.map((cell, column) => {
      if (column === head.length - 1) return shortened(cell, room);
      const columnWidth = widths[column] ?? 0;
      return right.includes(head[column] ?? '') ? cell.padStart(columnWidth) : cell.padEnd(columnWidth);
    });
    yield cells.join('  ').trimEnd();
  }
}

/** Text in lines of at most `width` characters, broken between words; a longer word stands by itself. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
