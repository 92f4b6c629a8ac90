import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** When the connection is cut as a request that holds a marker passes by. */
export type Cut = 'before the request' | 'before the answer';

/** Stands before a server on loopback and can cut a connection at the worst moment. */
export class CuttingProxy {
  private readonly sockets = new Set<Socket>();
  private cut: { readonly when: Cut; readonly marker: string } | null = null;
  private hold: { readonly marker: string; readonly reach: () => void; readonly released: Promise<void> } | null = null;
  /** How many connections it has taken. */
  connections = 0;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly port: number,
  ) {}

  static async before(port: number): Promise<CuttingProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new CuttingProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => proxy.join(client, port));
    return proxy;
  }

  /** Cuts once, at the next request that holds `marker`. */
  cutOnce(when: Cut, marker: string): void {
    this.cut = { when, marker };
  }

  /** Keeps back, once, the next request that holds `marker` until it is let go. */
  holdOnce(marker: string): { readonly reached: Promise<void>; readonly letGo: () => void } {
    let [reach, letGo] = [() => {}, () => {}];
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const released = new Promise<void>((resolve) => (letGo = resolve));
    this.hold = { marker, reach, released };
    return { reached, letGo };
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private join(client: Socket, port: number): void {
    this.connections += 1;
    const upstream = connect(port, '127.0.0.1');
    const end = () => {
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
    let answersCut = false;
    client.on('data', (chunk) => {
      if (this.cut !== null && chunk.includes(this.cut.marker)) {
        const { when } = this.cut;
        this.cut = null;
        if (when === 'before the request') return end();
        answersCut = true;
      }
      if (this.hold !== null && chunk.includes(this.hold.marker)) {
        const { reach, released } = this.hold;
        this.hold = null;
        reach();
        void released.then(() => upstream.write(chunk));
      } else {
        upstream.write(chunk);
      }
    });
    upstream.on('data', (chunk) => (answersCut ? end() : client.write(chunk)));
  }
}
