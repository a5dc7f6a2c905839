import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { listenOnLoopback } from "../kit/loopback.ts";

/**
 * How the store behaves as seen from ingest. `refuses`: 503. `resets`: the connection breaks before or after the
 * store has done as asked. `half`: half a request reaches the store, or half its answer comes back. `slow`: every
 * request waits. `lies`: 204 to one write of readings that the store never sees (for the test of the test).
 */
export type StoreMood = "passes" | "refuses" | "resets" | "half" | "slow" | "lies";

/** Stands before a store that speaks HTTP, on 127.0.0.1. */
export class StoreProxy {
  readonly #target: () => number;
  readonly #random: () => number;
  readonly #server: Server;
  mood: StoreMood = "passes";
  /** Requests that did not go their way undisturbed. */
  disturbed = 0;

  /** @param target the port of the store, which may change when it is started again */
  constructor(target: () => number, random: () => number) {
    this.#target = target;
    this.#random = random;
    this.#server = createServer((asked, answer) => {
      this.#handle(asked, answer).catch(() => answer.destroy());
    });
  }

  start(): Promise<number> {
    return listenOnLoopback(this.#server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #handle(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await bytesOf(asked);
    const { mood } = this;
    const isWriteOfReadings = asked.url?.startsWith("/write") === true && /^reading,/m.test(body.toString());
    if (mood === "passes" || (mood === "lies" && !isWriteOfReadings)) return this.#pass(asked, body, answer);
    this.disturbed++;
    if (mood === "lies") {
      this.mood = "passes";
      answer.writeHead(204).end();
    } else if (mood === "refuses") {
      answer.writeHead(503, { "content-type": "application/json" }).end('{"error":"service unavailable"}');
    } else if (mood === "slow") {
      await new Promise((resolve) => setTimeout(resolve, 200 + this.#random() * 800));
      await this.#pass(asked, body, answer);
    } else if (mood === "resets") {
      if (this.#random() < 0.5) await this.#ask(asked, body);
      answer.socket?.resetAndDestroy();
    } else await this.#half(asked, body, answer);
  }

  async #half(asked: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<void> {
    if (this.#random() < 0.5) {
      await new Promise<void>((resolve) => {
        const onward = this.#request(asked, body.length);
        onward.on("error", () => resolve());
        onward.write(body.subarray(0, body.length >> 1), () => {
          onward.destroy();
          resolve();
        });
      });
      answer.socket?.resetAndDestroy();
      return;
    }
    const { status, bytes, type } = await this.#ask(asked, body);
    const text = `HTTP/1.1 ${status} So far\r\ncontent-type: ${type}\r\ncontent-length: ${Math.max(2, bytes.length)}\r\n\r\n`;
    // Of an answer without a body half the head, of the others all but the end.
    const part =
      bytes.length === 0
        ? text.slice(0, text.length >> 1)
        : text + bytes.toString("utf8", 0, bytes.length >> 1);
    answer.socket?.write(part, () => answer.socket?.destroySoon());
  }

  async #pass(asked: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<void> {
    const { status, bytes, headers } = await this.#ask(asked, body);
    answer.writeHead(status, headers).end(bytes);
  }

  #request(asked: IncomingMessage, length: number) {
    const headers = { ...asked.headers };
    // Of this connection, not of the next one; and an answer that is to be cut must be plain text.
    for (const name of ["host", "connection", "transfer-encoding", "accept-encoding"]) delete headers[name];
    return request({
      host: "127.0.0.1",
      port: this.#target(),
      method: asked.method ?? "GET",
      path: asked.url ?? "/",
      headers: { ...headers, "content-length": length },
    });
  }

  /** Asks the store and waits for all of its answer. */
  #ask(asked: IncomingMessage, body: Buffer) {
    return new Promise<{
      readonly status: number;
      readonly bytes: Buffer;
      readonly type: string;
      readonly headers: Record<string, string>;
    }>((resolve, reject) => {
      const onward = this.#request(asked, body.length);
      onward.on("error", reject);
      onward.on("response", (response) => {
        bytesOf(response).then((bytes) => {
          const headers: Record<string, string> = {};
          for (const name of [
            "content-type",
            "x-influxdb-version",
            "x-influxdb-build",
            "x-geminidb-version",
          ]) {
            const value = response.headers[name];
            if (typeof value === "string") headers[name] = value;
          }
          const type = headers["content-type"] ?? "application/json";
          resolve({ status: response.statusCode ?? 502, bytes, type, headers });
        }, reject);
      });
      onward.end(body);
    });
  }
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
