import type { DuckDBConnection } from "@duckdb/node-api";
import { CHANNEL_NAMES, type Channel } from "../../park/quantities.ts";
import { Staging } from "./staging.ts";

/**
 * The telemetry tables. They have no primary keys on purpose: the index of a wide key costs five times the file and
 * three times the time of a merge (measured with 3 M rows), and the one writer already makes every key unique.
 * `series` gives each (park, meter, channel) a small integer; a meter's readings have the channel ''.
 */
export async function createTables(connection: DuckDBConnection): Promise<void> {
  const energy = `(series INTEGER NOT NULL, start_ms BIGINT NOT NULL, micro BIGINT NOT NULL, known_ms INTEGER NOT NULL,
    flags USMALLINT NOT NULL, rev BIGINT NOT NULL)`;
  for (const statement of [
    "CREATE TABLE IF NOT EXISTS series (id INTEGER NOT NULL, park VARCHAR NOT NULL, meter VARCHAR NOT NULL, channel VARCHAR NOT NULL)",
    `CREATE TABLE IF NOT EXISTS reading (series INTEGER NOT NULL, time_ms BIGINT NOT NULL, superseded VARCHAR, simulated BOOLEAN NOT NULL)`,
    ...CHANNEL_NAMES.map((name) => `ALTER TABLE reading ADD COLUMN IF NOT EXISTS "${name}" DOUBLE`),
    `CREATE TABLE IF NOT EXISTS interval_energy ${energy}`,
    `CREATE TABLE IF NOT EXISTS day_energy ${energy}`,
    "CREATE TABLE IF NOT EXISTS judgement (series INTEGER NOT NULL, day_start_ms BIGINT NOT NULL, rev BIGINT NOT NULL, state VARCHAR NOT NULL, events VARCHAR NOT NULL)",
    "CREATE TABLE IF NOT EXISTS dirty (series INTEGER NOT NULL, from_ms BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS dead_letter (park VARCHAR NOT NULL, time_ms BIGINT NOT NULL, topic VARCHAR NOT NULL, payload VARCHAR NOT NULL, encoding VARCHAR NOT NULL, bytes BIGINT NOT NULL, reason VARCHAR NOT NULL, detail VARCHAR NOT NULL)",
    "ALTER TABLE dead_letter ADD COLUMN IF NOT EXISTS sent_again VARCHAR",
    "CREATE TABLE IF NOT EXISTS probe (park VARCHAR NOT NULL, number BIGINT NOT NULL)",
  ]) {
    await connection.run(statement);
  }
}

/** Where a channel's value begins in the columns of `readingStaging`. */
export const FIRST_CHANNEL_COLUMN = 4;

const stagings = new Map<string, Staging>();

/**
 * For readings of these channels alone: a meter sends two or three of them, and a column costs its time also where it
 * is empty. A park has few such sets.
 */
export function readingStaging(channels: readonly Channel[]): Staging {
  const names = channels.join("_");
  let staging = stagings.get(names);
  if (staging === undefined) {
    staging = readingTable(`new_reading_${names}`, channels);
    stagings.set(names, staging);
  }
  return staging;
}

function readingTable(name: string, channels: readonly Channel[]): Staging {
  const updates = channels.map((channel) => `, "${channel}" = coalesce(s."${channel}", t."${channel}")`);
  return new Staging(
    name,
    [
      ["series", "DOUBLE"],
      ["time_ms", "DOUBLE"],
      ["superseded", "VARCHAR"],
      ["simulated", "BOOLEAN"],
      ...channels.map((channel) => [channel, "DOUBLE"] as const),
    ],
    `MERGE INTO reading t USING (
      SELECT * REPLACE (series::INTEGER AS series, time_ms::BIGINT AS time_ms) FROM temp.${name}
    ) s ON t.series = s.series AND t.time_ms = s.time_ms
    WHEN MATCHED THEN UPDATE SET
      superseded = CASE WHEN s.superseded IS NULL THEN t.superseded WHEN t.superseded IS NULL THEN s.superseded
        ELSE json_merge_patch(t.superseded, s.superseded)::VARCHAR END,
      simulated = s.simulated${updates.join("")}
    WHEN NOT MATCHED THEN INSERT BY NAME`,
  );
}

export const energyStaging = {
  intervals: energyTable("interval_energy"),
  days: energyTable("day_energy"),
} as const;

export const judgementStaging = new Staging(
  "new_judgement",
  [
    ["series", "DOUBLE"],
    ["day_start_ms", "DOUBLE"],
    ["rev", "DOUBLE"],
    ["state", "VARCHAR"],
    ["events", "VARCHAR"],
  ],
  `MERGE INTO judgement t USING (
    SELECT series::INTEGER AS series, day_start_ms::BIGINT AS day_start_ms, rev::BIGINT AS rev, state, events FROM temp.new_judgement
  ) s ON t.series = s.series AND t.day_start_ms = s.day_start_ms
  WHEN MATCHED THEN UPDATE SET rev = s.rev, state = s.state, events = s.events
  WHEN NOT MATCHED THEN INSERT BY NAME`,
);

export const dirtyStaging = new Staging(
  "new_dirty",
  [
    ["series", "DOUBLE"],
    ["from_ms", "DOUBLE"],
  ],
  `MERGE INTO dirty t USING (
    SELECT series::INTEGER AS series, from_ms::BIGINT AS from_ms FROM temp.new_dirty
  ) s ON t.series = s.series
  WHEN MATCHED THEN UPDATE SET from_ms = least(t.from_ms, s.from_ms)
  WHEN NOT MATCHED THEN INSERT BY NAME`,
);

export const deadLetterStaging = new Staging(
  "new_dead_letter",
  [
    ["park", "VARCHAR"],
    ["time_ms", "DOUBLE"],
    ["topic", "VARCHAR"],
    ["payload", "VARCHAR"],
    ["encoding", "VARCHAR"],
    ["bytes", "DOUBLE"],
    ["reason", "VARCHAR"],
    ["detail", "VARCHAR"],
    ["sent_again", "VARCHAR"],
  ],
  `MERGE INTO dead_letter t USING (
    SELECT * REPLACE (time_ms::BIGINT AS time_ms, bytes::BIGINT AS bytes) FROM temp.new_dead_letter
  ) s ON t.park = s.park AND t.time_ms = s.time_ms
  WHEN MATCHED THEN UPDATE SET topic = s.topic, payload = s.payload, encoding = s.encoding, bytes = s.bytes,
    reason = s.reason, detail = s.detail, sent_again = s.sent_again
  WHEN NOT MATCHED THEN INSERT BY NAME`,
);

function energyTable(table: "interval_energy" | "day_energy"): Staging {
  return new Staging(
    `new_${table}`,
    [
      ["series", "DOUBLE"],
      ["start_ms", "DOUBLE"],
      ["micro", "DOUBLE"],
      ["known_ms", "DOUBLE"],
      ["flags", "DOUBLE"],
      ["rev", "DOUBLE"],
    ],
    `MERGE INTO ${table} t USING (
      SELECT series::INTEGER AS series, start_ms::BIGINT AS start_ms, micro::BIGINT AS micro,
        known_ms::INTEGER AS known_ms, flags::USMALLINT AS flags, rev::BIGINT AS rev FROM temp.new_${table}
    ) s ON t.series = s.series AND t.start_ms = s.start_ms
    WHEN MATCHED THEN UPDATE SET micro = s.micro, known_ms = s.known_ms, flags = s.flags, rev = s.rev
    WHEN NOT MATCHED THEN INSERT BY NAME`,
  );
}
