import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDoubleVector,
  type DuckDBMaterializedResult,
  DuckDBVarCharVector,
  VARCHAR,
} from "@duckdb/node-api";

const TYPES = { DOUBLE, VARCHAR, BOOLEAN } as const;
const CHUNK_ROWS = 2048;
/** One statement takes at most so many rows: a larger upsert can pass the memory limit. */
const BATCH_ROWS = 5000;

type Cell = number | string | boolean | null;

/** A temporary table through which rows reach a stored one: columns are appended, then merged by one statement. */
export class Staging {
  readonly #name: string;
  readonly #columns: readonly (readonly [name: string, type: keyof typeof TYPES])[];
  readonly #merge: string;

  /** @param merge statement that takes the rows of `temp.{name}`; their keys must be unique. */
  constructor(
    name: string,
    columns: readonly (readonly [name: string, type: keyof typeof TYPES])[],
    merge: string,
  ) {
    this.#name = name;
    this.#columns = columns;
    this.#merge = merge;
  }

  /** Merges rows in bounded batches; `cell` gives the value of a row's column. Runs in the caller's transaction. */
  async merge<Row>(
    connection: DuckDBConnection,
    rows: readonly Row[],
    cell: (row: Row, column: number) => Cell,
  ): Promise<void> {
    if (rows.length === 0) return;
    const columns = this.#columns.map(([name, type]) => `"${name}" ${type}`).join(", ");
    await connection.run(`CREATE TEMP TABLE IF NOT EXISTS ${this.#name} (${columns})`);
    for (let from = 0; from < rows.length; from += BATCH_ROWS) {
      await this.#append(connection, rows, from, Math.min(rows.length, from + BATCH_ROWS), cell);
      await connection.run(this.#merge);
      await connection.run(`DELETE FROM temp.${this.#name}`);
    }
  }

  async #append<Row>(
    connection: DuckDBConnection,
    rows: readonly Row[],
    from: number,
    to: number,
    cell: (row: Row, column: number) => Cell,
  ): Promise<void> {
    const appender = await connection.createAppender(this.#name, "main", "temp");
    const types = this.#columns.map(([, type]) => TYPES[type]);
    for (let start = from; start < to; start += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, to - start);
      const chunk = DuckDBDataChunk.create(types, count);
      for (let column = 0; column < types.length; column++) {
        const vector = chunk.getColumnVector(column);
        for (let i = 0; i < count; i++) {
          const row = rows[start + i];
          if (row !== undefined) vector.setItem(i, cell(row, column));
        }
        vector.flush();
      }
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }
}

/** A result's columns without an object a row: numbers as Float64Array (NULL is NaN), text as an array. */
export class Columns {
  readonly rowCount: number;
  readonly #result: DuckDBMaterializedResult;
  readonly #chunks: DuckDBDataChunk[] = [];

  constructor(result: DuckDBMaterializedResult) {
    this.#result = result;
    this.rowCount = result.rowCount;
    for (let i = 0; i < result.chunkCount; i++) this.#chunks.push(result.getChunk(i));
  }

  numbers(column: number): Float64Array {
    const values = new Float64Array(this.rowCount);
    let at = 0;
    for (const chunk of this.#chunks) {
      const vector = chunk.getColumnVector(column);
      if (!(vector instanceof DuckDBDoubleVector)) throw new Error(this.#expected(column, "DOUBLE"));
      for (let i = 0; i < vector.itemCount; i++) values[at++] = vector.getItem(i) ?? Number.NaN;
    }
    return values;
  }

  texts(column: number): (string | null)[] {
    const values: (string | null)[] = [];
    for (const chunk of this.#chunks) {
      const vector = chunk.getColumnVector(column);
      if (!(vector instanceof DuckDBVarCharVector)) throw new Error(this.#expected(column, "VARCHAR"));
      for (let i = 0; i < vector.itemCount; i++) values.push(vector.getItem(i));
    }
    return values;
  }

  #expected(column: number, type: string): string {
    return `column ${this.#result.columnName(column)} is not ${type}`;
  }
}
