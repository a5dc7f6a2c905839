import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { StoreError } from "../telemetry.ts";

interface DuckDbOptions {
  /** The database file; its folder is made. */
  readonly path: string;
  /** Most memory the engine may take for data, e.g. "256MB". */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

const READERS = 2;

/**
 * One DuckDB file, opened once and shared by telemetry and ledger. Each `open` needs one `close`; the last one
 * checkpoints and lets go of the file. Writes run one after another in transactions of their own; reads run
 * beside them and see what was committed. After kill −9 the write-ahead log is replayed at the next open.
 */
export class DuckDbDatabase {
  readonly path: string;
  readonly #settings: Readonly<Record<string, string>>;
  #users = 0;
  #opening: Promise<void> | null = null;
  #instance: DuckDBInstance | null = null;
  #writer: DuckDBConnection | null = null;
  readonly #idleReaders: DuckDBConnection[] = [];
  readonly #waitingReaders: ((connection: DuckDBConnection | null) => void)[] = [];
  #readers = 0;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(options: DuckDbOptions) {
    this.path = options.path;
    this.#settings = {
      memory_limit: options.memoryLimit ?? "256MB",
      threads: String(options.threads ?? 2),
      temp_directory: `${options.path}.tmp`,
      max_temp_directory_size: "4GB",
      // An industrial network is often closed: never look for extensions outside.
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    };
  }

  /** @throws StoreError "unavailable" when the file cannot be opened, naming a process that holds it. */
  async open(): Promise<void> {
    this.#users += 1;
    this.#opening ??= this.#openFile();
    try {
      await this.#opening;
    } catch (error) {
      this.#users -= 1;
      this.#opening = null;
      throw error;
    }
  }

  /** Waits for writes under way; the last user's close checkpoints and closes the file. */
  async close(): Promise<void> {
    if (this.#users === 0) return;
    this.#users -= 1;
    if (this.#users > 0) return;
    await this.#lastWrite;
    const instance = this.#instance;
    const writer = this.#writer;
    this.#instance = null;
    this.#writer = null;
    this.#opening = null;
    while (this.#readers > this.#idleReaders.length) await new Promise((done) => setTimeout(done, 5));
    for (const reader of this.#idleReaders.splice(0)) reader.closeSync();
    this.#readers = 0;
    for (const waiting of this.#waitingReaders.splice(0)) waiting(null);
    try {
      await writer?.run("CHECKPOINT");
    } catch {
      // The log stays and is replayed at the next open: nothing is lost.
    }
    writer?.closeSync();
    instance?.closeSync();
  }

  /**
   * Runs work alone in one transaction: all of it is durable when this returns, or none of it is there.
   * `committed` is called in between: after the commit, before the next write begins.
   */
  async write<T>(
    work: (connection: DuckDBConnection) => Promise<T>,
    committed?: (result: T) => void,
  ): Promise<T> {
    const turn = this.#lastWrite.then(async () => {
      const connection = this.#writer;
      if (connection === null) throw new StoreError("unavailable", `${this.path} is not open`);
      try {
        await connection.run("BEGIN");
        const result = await work(connection);
        await connection.run("COMMIT");
        committed?.(result);
        return result;
      } catch (error) {
        await connection.run("ROLLBACK").catch(() => undefined); // the first error is the one to report
        throw storeError(error, this.path);
      }
    });
    this.#lastWrite = turn.catch(() => undefined);
    return turn;
  }

  /** Runs work on a connection of its own, beside writes. */
  async read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#takeReader();
    try {
      return await work(connection);
    } catch (error) {
      throw storeError(error, this.path);
    } finally {
      const next = this.#waitingReaders.shift();
      if (next !== undefined) next(connection);
      else this.#idleReaders.push(connection);
    }
  }

  /** A connection of the caller's own, for tables that telemetry does not write; to be closed before `close`. */
  async connect(): Promise<DuckDBConnection> {
    if (this.#instance === null) throw new StoreError("unavailable", `${this.path} is not open`);
    return this.#instance.connect();
  }

  async #openFile(): Promise<void> {
    try {
      await mkdir(path.dirname(path.resolve(this.path)), { recursive: true });
      this.#instance = await DuckDBInstance.create(this.path, { ...this.#settings });
      this.#writer = await this.#instance.connect();
    } catch (error) {
      this.#instance?.closeSync();
      this.#instance = null;
      throw storeError(error, this.path);
    }
  }

  async #takeReader(): Promise<DuckDBConnection> {
    const instance = this.#instance;
    if (instance === null) throw new StoreError("unavailable", `${this.path} is not open`);
    const idle = this.#idleReaders.pop();
    if (idle !== undefined) return idle;
    if (this.#readers < READERS) {
      this.#readers += 1;
      try {
        return await instance.connect();
      } catch (error) {
        this.#readers -= 1;
        throw storeError(error, this.path);
      }
    }
    const connection = await new Promise<DuckDBConnection | null>((take) => this.#waitingReaders.push(take));
    if (connection === null) throw new StoreError("unavailable", `${this.path} was closed`);
    return connection;
  }
}

function storeError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const holder = /Conflicting lock is held in .*?\(PID (\d+)\)/s.exec(text);
  if (holder !== null) {
    return new StoreError("unavailable", `${file} is held by another process (pid ${holder[1]})`, {
      cause: error,
    });
  }
  return new StoreError("unavailable", `${file}: ${text.split("\n")[0]}`, { cause: error });
}
