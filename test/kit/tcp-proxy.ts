import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy on 127.0.0.1 whose connections a test can cut, refuse and watch. */
export class TcpProxy {
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** While true new connections are closed at once. */
  isClosed = false;
  /** True when publishers reach the broker through it, false when ingest does. */
  isBeforeBroker = false;
  /** Connections made through it so far. */
  connections = 0;
  /** Bytes from the client to the target. */
  onUpstream: (chunk: Buffer) => void = () => undefined;

  constructor(targetPort: number) {
    this.#target = targetPort;
    this.#server = createServer((socket) => this.#pass(socket));
  }

  start(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", () => {
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Breaks every connection, without a goodbye. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #pass(socket: Socket): void {
    if (this.isClosed) {
      socket.destroy();
      return;
    }
    this.connections++;
    const upstream = connect(this.#target, "127.0.0.1");
    for (const s of [socket, upstream]) {
      this.#sockets.add(s);
      s.on("error", () => undefined);
      s.on("close", () => {
        this.#sockets.delete(s);
        (s === socket ? upstream : socket).destroy();
      });
    }
    socket.on("data", (chunk) => this.onUpstream(chunk));
    socket.pipe(upstream);
    upstream.pipe(socket);
  }
}
