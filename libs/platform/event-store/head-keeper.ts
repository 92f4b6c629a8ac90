import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { SignedHead } from './chain';

/**
 * Keeps the signed heads, apart from the database: on a disk, a machine or a write-once store that whoever can change
 * the database cannot change. It only ever grows.
 */
export interface HeadKeeper {
  /** Resolves once the head is durable. */
  append(head: SignedHead): Promise<void>;
  /** All heads as of the first step, oldest first; later ones are left out. @throws HeadUnreadable */
  read(): AsyncIterable<SignedHead>;
  /** The newest head, null where there is none. */
  newest(): Promise<SignedHead | null>;
}

/** What is kept is not a head: it was changed, or it is not a file of heads. */
export class HeadUnreadable extends Error {
  readonly code = 'head-unreadable';
  constructor(file: string, line: number) {
    super(`Line ${line} of ${file} is not a signed head.`);
    this.name = 'HeadUnreadable';
  }
}

/** Heads as lines of JSON in a file that is only appended to. One process writes it. */
export class FileHeadKeeper implements HeadKeeper {
  private repaired = false;

  /** @param file made, with its folder, when the first head comes */
  constructor(private readonly file: string) {}

  async append(head: SignedHead): Promise<void> {
    if (!this.repaired) {
      mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
      if (existsSync(this.file)) cutTornLine(this.file);
      this.repaired = true;
    }
    const handle = await open(this.file, 'a', 0o600);
    try {
      await handle.appendFile(`${JSON.stringify(head)}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  async *read(): AsyncIterable<SignedHead> {
    if (!existsSync(this.file)) return;
    const whole = wholeLines(this.file);
    if (whole === 0) return;
    let number = 0;
    for await (const line of createInterface({
      input: createReadStream(this.file, { end: whole - 1 }),
      crlfDelay: Infinity,
    })) {
      number += 1;
      yield parse(line, this.file, number);
    }
  }

  async newest(): Promise<SignedHead | null> {
    let newest: SignedHead | null = null;
    for await (const head of this.read()) newest = head;
    return newest;
  }
}

function parse(line: string, file: string, number: number): SignedHead {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Said below, with the line: what JSON.parse says adds nothing.
    value = null;
  }
  const { position, mac, at, signature } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<SignedHead>;
  if (
    !Number.isSafeInteger(position) ||
    typeof mac !== 'string' ||
    typeof at !== 'string' ||
    typeof signature !== 'string'
  )
    throw new HeadUnreadable(file, number);
  return { position: position as number, mac, at, signature };
}

/** How many bytes of the file are whole lines. A last line without its end was being written when the process was killed. */
function wholeLines(file: string): number {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(Math.min(size, 4096));
    readSync(descriptor, last, 0, last.length, size - last.length);
    return size - last.length + last.lastIndexOf(10) + 1;
  } finally {
    closeSync(descriptor);
  }
}

function cutTornLine(file: string): void {
  const whole = wholeLines(file);
  const descriptor = openSync(file, 'r+');
  try {
    if (fstatSync(descriptor).size > whole) ftruncateSync(descriptor, whole);
  } finally {
    closeSync(descriptor);
  }
}
