import type { DuckDBConnection } from "@duckdb/node-api";
import type { DuckDbDatabase } from "./database.ts";
import { Columns } from "./staging.ts";

const byDatabase = new WeakMap<DuckDbDatabase, SeriesIds>();

/** The series of a file; every user of the file shares them, so that all see a new one at once. */
export function seriesIds(database: DuckDbDatabase): SeriesIds {
  let ids = byDatabase.get(database);
  if (ids === undefined) {
    ids = new SeriesIds();
    byDatabase.set(database, ids);
  }
  return ids;
}

/** Ids for one write: new ones are inserted in its transaction and remembered once it is committed. */
interface NewSeries {
  id(meter: string, channel: string): number;
  insert(connection: DuckDBConnection): Promise<void>;
  committed(): void;
}

/** The small integers that stand for (park, meter, channel) in the tables; channel '' for a meter's readings. */
export class SeriesIds {
  readonly #known = new Map<string, number>();
  #next = 1;

  /** Reads what is in the file; in a write, so that none is added meanwhile. */
  async load(connection: DuckDBConnection): Promise<void> {
    const rows = new Columns(await connection.run("SELECT id::DOUBLE, park, meter, channel FROM series"));
    const ids = rows.numbers(0);
    const [parks, meters, channels] = [rows.texts(1), rows.texts(2), rows.texts(3)];
    this.#known.clear();
    ids.forEach((id, i) => {
      this.#known.set(key(parks[i] ?? "", meters[i] ?? "", channels[i] ?? ""), id);
      this.#next = Math.max(this.#next, id + 1);
    });
  }

  /** The id, or undefined when nothing was ever written of it. */
  find(park: string, meter: string, channel: string): number | undefined {
    return this.#known.get(key(park, meter, channel));
  }

  begin(park: string): NewSeries {
    const fresh = new Map<string, { id: number; meter: string; channel: string }>();
    return {
      id: (meter, channel) => {
        const name = key(park, meter, channel);
        const known = this.#known.get(name) ?? fresh.get(name)?.id;
        if (known !== undefined) return known;
        const id = this.#next++;
        fresh.set(name, { id, meter, channel });
        return id;
      },
      insert: async (connection) => {
        for (const { id, meter, channel } of fresh.values()) {
          await connection.run("INSERT INTO series VALUES ($1, $2, $3, $4)", [id, park, meter, channel]);
        }
      },
      committed: () => {
        for (const [name, { id }] of fresh) this.#known.set(name, id);
      },
    };
  }
}

function key(park: string, meter: string, channel: string): string {
  return `${park}\n${meter}\n${channel}`;
}
