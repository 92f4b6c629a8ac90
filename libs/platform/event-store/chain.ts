import { createHmac, timingSafeEqual } from 'node:crypto';

/** What of an event its HMAC covers, as text and numbers. `body` is the JSON text as stored. */
export interface ChainedEvent {
  readonly position: number;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly body: string;
  readonly actor: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly recordedAt: string;
}

/** What the first event's HMAC is chained to. */
export const GENESIS: Buffer = Buffer.alloc(32);

/** Shortest key in bytes: as long as the HMAC itself (RFC 2104, section 3). */
export const SHORTEST_KEY = 32;

/**
 * HMAC-SHA-256 of an event, chained to the one before. Its input is a JSON array, whose quoting leaves no two events with
 * the same input; the first element keeps an event's HMAC from ever being taken for that of a head.
 */
export function macOf(key: Buffer, before: Buffer, event: ChainedEvent): Buffer {
  const { position, stream, version, type, body, actor, recordedAt } = event;
  const input = JSON.stringify([
    'event',
    before.toString('hex'),
    position,
    stream,
    version,
    type,
    actor,
    recordedAt,
    body,
  ]);
  return createHmac('sha256', key).update(input).digest();
}

/** A statement, kept apart from the database, that at `at` the chain ended with this event. */
export interface SignedHead {
  readonly position: number;
  /** Hex HMAC of the event at `position`. */
  readonly mac: string;
  /** When it was signed: ISO 8601, UTC. */
  readonly at: string;
  /** Hex HMAC-SHA-256 over the other three. */
  readonly signature: string;
}

export function signHead(key: Buffer, head: Omit<SignedHead, 'signature'>): SignedHead {
  return { ...head, signature: signature(key, head).toString('hex') };
}

/** Whether the key's holder signed exactly this. */
export function isSigned(key: Buffer, head: SignedHead): boolean {
  const given = Buffer.from(head.signature, 'hex');
  return given.length === 32 && timingSafeEqual(given, signature(key, head));
}

function signature(key: Buffer, { position, mac, at }: Omit<SignedHead, 'signature'>): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify(['head', position, mac, at]))
    .digest();
}
