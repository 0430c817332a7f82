import { connect, createServer, type Server, type Socket } from 'node:net';

/** The network between two ports of this machine, with a delay on the way there and on the way back. */
export class DelayedNetwork {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  /** Milliseconds of a round trip. */
  delay = 0;

  private constructor(to: number) {
    this.server = createServer((one) => {
      const other = connect(to, '127.0.0.1');
      for (const [from, into] of [
        [one, other],
        [other, one],
      ]) {
        from.setNoDelay(true);
        this.sockets.add(from);
        from.on('error', () => {});
        from.on('close', () => {
          this.sockets.delete(from);
          into.destroy();
        });
        from.on('data', (data) => this.later(() => void into.write(data)));
      }
    });
  }

  static async start(to: number): Promise<DelayedNetwork> {
    const network = new DelayedNetwork(to);
    await new Promise<void>((resolve) => network.server.listen(0, '127.0.0.1', resolve));
    return network;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  end(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  /** Timers of one length come in their order, and so do the bytes. */
  private later(send: () => void): void {
    if (this.delay === 0) send();
    else setTimeout(send, this.delay / 2);
  }
}
