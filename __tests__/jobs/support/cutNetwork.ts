import { connect, createServer, type Server, type Socket } from 'node:net';

/** The network between two ports of this machine, which can be cut. */
export class CutNetwork {
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
        this.sockets.add(from);
        from.on('error', () => {});
        from.on('close', () => {
          this.sockets.delete(from);
          into.destroy();
        });
        from.pipe(into);
      }
      return one;
    });
  }

  static async start(to: number): Promise<CutNetwork> {
    const proxy = new CutNetwork(to);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
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
}
