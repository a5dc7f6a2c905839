import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { StoreError } from "../telemetry.ts";
import { LineBytes } from "./line-bytes.ts";
import { ShownSeries } from "./shown.ts";

export interface InfluxAccess {
  /** http(s)://host:port, with a path where a proxy needs one. */
  readonly url: string;
  readonly database: string;
  readonly token: string | null;
  readonly username: string | null;
  readonly password: string | null;
}

/** One series of an answer; rows are arrays in the order of `columns`, the first one the time in epoch milliseconds. */
export interface InfluxSeries {
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

const QUERY_TIMEOUT_MS = 25_000;
/** Longer than the server's own 10 s: when we give up on a write, the server did so before and cannot apply it later. */
const WRITE_TIMEOUT_MS = 30_000;
/** InfluxDB 1.x goes on refusing every write after one was cut short. */
const TORN_LOG = "; free its disk, mend its log and start it anew (docs/engines.md)";
const SHARD_ATTEMPTS = 5;
const SHARD_WAIT_MS = 200;
const MOST_QUERIES_AT_ONCE = 6;
const MOST_LINES = 10_000;
const MOST_BYTES = 4_000_000;

const resultShape = z.object({
  error: z.string().optional(),
  partial: z.boolean().default(false),
  series: z
    .array(
      z.object({
        partial: z.boolean().default(false),
        tags: z.record(z.string(), z.string()).default({}),
        columns: z.array(z.string()),
        // Cells are looked at one by one by the reader; a schema for each would cost more than the parsing.
        values: z.custom<unknown[][]>((value) => Array.isArray(value)).default([]),
      }),
    )
    .default([]),
});

const answer = z.object({ error: z.string().optional(), results: z.array(resultShape).default([]) });

/**
 * The common surface of what speaks the InfluxDB 1.x protocol: line protocol on /write, InfluxQL on /query. By plain
 * fetch: the vendor's client acknowledges what is still in flight, does not end the socket of a request that timed
 * out, and reads Retry-After seconds as milliseconds.
 */
export class InfluxClient {
  readonly #access: InfluxAccess;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #waiting: (() => void)[] = [];
  readonly #request = new LineBytes();
  readonly #shown: ShownSeries;
  /** True once the server said that it is one that shows new series late. */
  #showsLate = false;
  #queries = 0;

  constructor(access: InfluxAccess) {
    this.#access = access;
    this.#shown = new ShownSeries((statement) => this.query(statement));
    this.#headers = { accept: "application/json", ...authorization(access) };
  }

  /** Where it is, for messages; without credentials. */
  get place(): string {
    return `InfluxDB at ${new URL(this.#access.url).host}`;
  }

  /** Version and build the server names, "" where it names none. */
  async ping(): Promise<{ version: string; build: string }> {
    const response = await this.#fetch("ping", { method: "GET" }, 5_000);
    await response.text();
    if (response.status === 401 || response.status === 403) {
      throw new StoreError("unavailable", `${this.place} refuses the credentials (HTTP ${response.status})`);
    }
    if (!response.ok)
      throw new StoreError("unavailable", `${this.place}: /ping gave HTTP ${response.status}`);
    this.#showsLate = response.headers.has("x-geminidb-version");
    return {
      version: response.headers.get("x-influxdb-version") ?? "",
      build: response.headers.get("x-influxdb-build") ?? "",
    };
  }

  /** Writes lines as `writeEach` does. */
  async write(lines: readonly string[]): Promise<void> {
    await this.writeEach(lines, (line, into) => into.text(line));
  }

  /**
   * Writes a line a row in bounded requests, in order; what it has written is there for every query that follows.
   * @throws StoreError "rejected" when some will never be taken
   */
  async writeEach<Row>(rows: readonly Row[], put: (row: Row, into: LineBytes) => void): Promise<void> {
    for (let next = 0; next < rows.length; ) {
      const request = this.#request;
      request.clear();
      for (; next < rows.length && request.lines < MOST_LINES && request.length < MOST_BYTES; next++) {
        const row = rows[next];
        if (row !== undefined) put(row, request);
      }
      // What is sent is copied before anything else is done: the next request may be put into the same bytes.
      if (this.#showsLate) await this.#sendAndSee(request.bytes.slice());
      else await this.#send(request.bytes);
    }
  }

  /** One InfluxQL statement. @throws StoreError also for errors the server reports with HTTP 200. */
  async query(statement: string): Promise<InfluxSeries[]> {
    return (await this.queryAll([statement])).flat();
  }

  /** The series of each statement, asked in one request; all of them or an error. */
  async queryAll(statements: readonly string[]): Promise<InfluxSeries[][]> {
    await this.#enter();
    try {
      const response = await this.#fetch(
        `query?${new URLSearchParams({ db: this.#access.database, epoch: "ms" })}`,
        { method: "POST", body: new URLSearchParams({ q: statements.join(";") }) },
        QUERY_TIMEOUT_MS,
      );
      const text = await this.#text(response);
      const parsed = answer.safeParse(parseJson(text));
      if (!parsed.success) {
        throw new StoreError("unavailable", `${this.place}: HTTP ${response.status} without a usable answer`);
      }
      const { results } = parsed.data;
      const problem = parsed.data.error ?? results.find((result) => result.error !== undefined)?.error;
      if (problem !== undefined) throw this.#queryError(problem, response.status);
      if (!response.ok) throw new StoreError("unavailable", `${this.place}: HTTP ${response.status}`);
      return statements.map((_, i) => this.#seriesOf(results[i]));
    } finally {
      this.#leave();
    }
  }

  #seriesOf(result: z.infer<typeof resultShape> | undefined): InfluxSeries[] {
    if (result === undefined)
      throw new StoreError("unavailable", `${this.place} leaves a question without an answer`);
    // A server with a bound on rows cuts an answer there, and says so in no other way.
    if (result.partial || result.series.some((one) => one.partial)) {
      throw new StoreError("too-much", `${this.place} answers in part only: more rows than it allows`);
    }
    return result.series.map(({ tags, columns, values }) => ({ tags, columns, rows: values }));
  }

  /** A shard before all others is made some moments before it can be written to, on the engine that shows series late. */
  async #sendAndSee(body: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#send(body);
        break;
      } catch (error) {
        const isComing = error instanceof StoreError && error.message.includes("shard group not found");
        if (!isComing || attempt === SHARD_ATTEMPTS) throw error;
        await sleep(SHARD_WAIT_MS);
      }
    }
    await this.#shown.wait(textOf(body).trimEnd().split("\n"));
  }

  async #send(body: Uint8Array<ArrayBuffer>): Promise<void> {
    const response = await this.#fetch(
      `write?${new URLSearchParams({ db: this.#access.database, precision: "ms" })}`,
      { method: "POST", body, headers: { "content-type": "text/plain; charset=utf-8" } },
      WRITE_TIMEOUT_MS,
    );
    const text = await this.#text(response);
    if (response.status === 204 || response.status === 200) return;
    const detail = shortError(text);
    const never = /partial write|unable to parse|beyond retention policy|field type conflict/i.test(text);
    if (response.status >= 400 && response.status < 500 && never) {
      throw new StoreError("rejected", `${this.place} does not take ${detail}`);
    }
    const advice = /writing WAL entry/i.test(text) ? TORN_LOG : "";
    throw new StoreError(
      "unavailable",
      `${this.place}: a write gave HTTP ${response.status} ${detail}${advice}`,
    );
  }

  async #fetch(path: string, init: RequestInit, timeoutMs: number): Promise<Response> {
    const base = this.#access.url.endsWith("/") ? this.#access.url : `${this.#access.url}/`;
    try {
      return await fetch(new URL(path, base), {
        ...init,
        headers: { ...this.#headers, ...init.headers },
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  async #text(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  #unreachable(error: unknown): StoreError {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const text = cause instanceof Error ? ("code" in cause && cause.code) || cause.message : String(cause);
    return new StoreError("unavailable", `${this.place} does not answer: ${text}`, { cause: error });
  }

  #queryError(problem: string, status: number): StoreError {
    const tooMuch = /query-timeout|max-select|max-row-limit|query file limit/i.test(problem);
    return new StoreError(
      tooMuch ? "too-much" : "unavailable",
      `${this.place}: ${shortError(problem)} (HTTP ${status})`,
    );
  }

  /** The server answers an error, not later, to more queries at once than it allows. */
  async #enter(): Promise<void> {
    if (this.#queries >= MOST_QUERIES_AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#queries += 1;
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#queries -= 1;
    else next();
  }
}

function authorization(access: InfluxAccess): Record<string, string> {
  if (access.token !== null) return { authorization: `Token ${access.token}` };
  if (access.username === null) return {};
  const pair = Buffer.from(`${access.username}:${access.password ?? ""}`).toString("base64");
  return { authorization: `Basic ${pair}` };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shortError(text: string): string {
  const parsed = z.object({ error: z.string() }).safeParse(parseJson(text));
  return (parsed.success ? parsed.data.error : text).trim().slice(0, 300);
}
