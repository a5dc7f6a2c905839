import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "./app.ts";
import type { ApiDeps } from "./routing.ts";

interface ApiServerSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** The API over HTTP. */
export class ApiServer {
  readonly #settings: ApiServerSettings;
  readonly #deps: ApiDeps;
  readonly #app: ReturnType<typeof createApp>;
  #server: ReturnType<typeof createAdaptorServer> | null = null;

  constructor(deps: ApiDeps, settings: ApiServerSettings) {
    this.#deps = deps;
    this.#settings = settings;
    this.#app = createApp(deps);
  }

  /** Listens; resolves with the address. @throws NodeJS.ErrnoException such as EADDRINUSE */
  async start(): Promise<{ readonly url: string; readonly port: number }> {
    const server = createAdaptorServer({ fetch: this.#app.app.fetch });
    this.#server = server;
    this.#app.hub.start();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#settings.port, this.#settings.host, () => {
        server.off("error", reject);
        resolve();
      });
    });
    const { port } = server.address() as AddressInfo; // listening on host and port, so not a pipe's name
    const shown = this.#settings.host.includes(":") ? `[${this.#settings.host}]` : this.#settings.host;
    this.#deps.log.info({ port, host: this.#settings.host }, "api listens");
    return { url: `http://${shown}:${port}`, port };
  }

  /** Begins to make what the first page asks for; the stores are open. */
  warm(): void {
    this.#app.hub.warm();
  }

  async stop(): Promise<void> {
    this.#app.hub.stop();
    const server = this.#server;
    this.#server = null;
    if (server === null || !server.listening) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
  }
}
