import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRegisterEngine } from "../../ingest/energy/register-engine.ts";
import { parsePark } from "../../park/load.ts";
import { DuckDbDatabase } from "../../store/duckdb/database.ts";
import { DuckDbTelemetry } from "../../store/duckdb/telemetry.ts";
import { makeIngest, QUICK, until } from "../ingest/kit.ts";
import { pictureOf } from "./picture.ts";
import type { NumberedMessage, Workload } from "./workload.ts";

/** The energy of the same messages, each once and in the order of their times, in one process that nothing disturbs. */
export async function undisturbedEnergy(
  workload: Pick<Workload, "park" | "parkYaml" | "fromMs" | "toMs">,
  messages: readonly NumberedMessage[],
): Promise<readonly string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "lingtan-chaos-calm-"));
  const database = new DuckDbDatabase({ path: path.join(folder, "calm.duckdb"), threads: 1 });
  const telemetry = new DuckDbTelemetry(database, workload.park);
  try {
    await telemetry.start();
    const { ingest, source } = makeIngest(telemetry, {
      park: parsePark(workload.parkYaml),
      settings: QUICK,
      createEngine: createRegisterEngine,
      clock: Date.now,
    });
    await ingest.start();
    try {
      const ordered = [...messages].sort(
        (a, b) => (a.readings[0]?.timeMs ?? 0) - (b.readings[0]?.timeMs ?? 0),
      );
      await Promise.all(ordered.map((m) => source.sendRaw(m.topic, Buffer.from(m.payload))));
      await until("settled", () => ingest.status()?.dirtyMeters === 0, 10_000);
    } finally {
      await ingest.stop();
    }
    return (await pictureOf(telemetry, workload)).energy;
  } finally {
    await telemetry.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
