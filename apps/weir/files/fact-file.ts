import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { readCsvMap, type FactFileFormat } from '@weir/intake';

/** A file of facts that a command reads: its bytes as they come, its format, its size where that is known. */
export interface FactFile {
  readonly chunks: AsyncIterable<Buffer>;
  readonly format: FactFileFormat;
  /** Bytes in the file; null for standard input. */
  readonly size: number | null;
  /** Bytes read so far. */
  bytesRead(): number;
}

/**
 * Opens a file of facts, or standard input for `-`. With a mapping it is CSV, else JSON Lines; either may be packed.
 * @throws Error where a file cannot be opened, CsvMapError where the mapping is wrong
 */
export async function openFactFile(path: string, mapPath: string | undefined): Promise<FactFile> {
  const format: FactFileFormat =
    mapPath === undefined
      ? { format: 'jsonl' }
      : { format: 'csv', map: readCsvMap(await readFile(mapPath, 'utf8'), mapPath) };
  if (path === '-') return counted(process.stdin as AsyncIterable<Buffer>, format, null);
  const { size } = await stat(path);
  return counted(createReadStream(path) as AsyncIterable<Buffer>, format, size);
}

function counted(source: AsyncIterable<Buffer>, format: FactFileFormat, size: number | null): FactFile {
  let read = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      read += chunk.length;
      yield chunk;
    }
  }
  return { chunks: chunks(), format, size, bytesRead: () => read };
}
