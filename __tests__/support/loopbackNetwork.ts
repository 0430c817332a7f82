import { connect, createServer, type Server, type Socket } from 'node:net';

/** The network between two ports of this machine, which can be cut, and slow. */
export class LoopbackNetwork {
  /** Milliseconds of a round trip. */
  delay = 0;
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  private readonly server: Server;

  private constructor(to: number) {
    this.server = createServer((one) => {
      if (this.isCut) return one.destroy();
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
      return one;
    });
  }

  static async start(to: number): Promise<LoopbackNetwork> {
    const network = new LoopbackNetwork(to);
    await new Promise<void>((resolve) => network.server.listen(0, '127.0.0.1', resolve));
    return network;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  end(): void {
    this.cut();
    this.server.close();
  }

  /** Timers of one length come in their order, and so do the bytes. */
  private later(send: () => void): void {
    if (this.delay === 0) send();
    else setTimeout(send, this.delay / 2);
  }
}
