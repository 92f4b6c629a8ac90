import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands in what a detector sends to append a checkpoint, and in nothing else. */
const inAppend = '"movedUpTo"';
const claimKey = /weir:window:\{([^}]+)\}:claim/g;

/** Where a checkpoint is kept back: before Redis has it, or once Redis has answered. */
export type HeldAt = 'request' | 'answer';

/** A checkpoint that is kept back. */
export interface HeldCheckpoint {
  /** `topic/partition` that it is of. */
  readonly place: string;
  /** Lets it pass, with all that has come behind it. */
  letGo(): void;
  /** Throws it away and closes the connection, as where the machine of the detector has gone. */
  drop(): void;
}

interface Wish {
  readonly at: HeldAt;
  readonly reached: (held: HeldCheckpoint) => void;
}

/**
 * The way of one detector to Redis. What passes is the same as without it, but a checkpoint can be kept back on its way:
 * then the detector has published a batch, all is acknowledged, and the checkpoint is not written yet (or is, and the
 * detector does not know).
 */
export class RedisDoor {
  private readonly sockets = new Set<Socket>();
  private wish: Wish | null = null;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param redisUrl the Redis behind the door, on loopback */
  static async before(redisUrl: string): Promise<RedisDoor> {
    const { port } = new URL(redisUrl);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const door = new RedisDoor(server, `redis://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (client) => door.join(client, Number(port)));
    return door;
  }

  /** Keeps back the next checkpoint that is written, once. */
  holdNext(at: HeldAt): Promise<HeldCheckpoint> {
    return new Promise((reached) => (this.wish = { at, reached }));
  }

  /** Nothing is to be kept back any more. */
  holdNothing(): void {
    this.wish = null;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private join(client: Socket, port: number): void {
    const upstream = connect(port, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', end).on('close', () => {
        this.sockets.delete(socket);
        end();
      });
    }
    let place = '';
    let answer: Wish | null = null;
    client.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      for (const [, name = ''] of text.matchAll(claimKey)) place = name;
      const wish = this.wish;
      if (wish === null || !text.includes(inAppend)) {
        upstream.write(chunk);
        return;
      }
      this.wish = null;
      if (wish.at === 'answer') {
        answer = wish;
        upstream.write(chunk);
        return;
      }
      // What comes behind it waits too: a command may have begun in this chunk.
      client.pause();
      const letGo = (): void => {
        upstream.write(chunk);
        client.resume();
      };
      wish.reached({ place, letGo, drop: end });
    });
    upstream.on('data', (chunk: Buffer) => {
      if (answer === null) {
        client.write(chunk);
        return;
      }
      upstream.pause();
      const { reached } = answer;
      answer = null;
      const letGo = (): void => {
        client.write(chunk);
        upstream.resume();
      };
      reached({ place, letGo, drop: end });
    });
  }
}
