import { connect, createServer, type Server, type Socket } from "node:net";
import { listenOnLoopback } from "./loopback.ts";

/** A TCP proxy on 127.0.0.1 whose connections a test can cut and watch. */
export class TcpProxy {
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** True when publishers reach the broker through it, false when ingest does. */
  isBeforeBroker = false;
  /** Connections made through it so far. */
  connections = 0;
  /** Bytes from the client to the target. */
  onUpstream: (chunk: Buffer) => void = () => undefined;

  constructor(targetPort: number) {
    this.#target = targetPort;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** @returns the port to connect to */
  start(): Promise<number> {
    return listenOnLoopback(this.#server);
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Breaks every connection, without a goodbye. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Joins the two ends of a connection: passes everything on, unless it is overridden. */
  protected join(client: Socket, target: Socket): void {
    client.on("data", (chunk: Buffer) => {
      this.onUpstream(chunk);
      target.write(chunk);
    });
    target.on("data", (chunk: Buffer) => client.write(chunk));
  }

  #accept(client: Socket): void {
    this.connections++;
    const target = connect(this.#target, "127.0.0.1");
    this.join(client, target);
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        // What a killed server had written before still arrives.
        other.destroySoon();
      });
    }
  }
}
