import { describe, expect, it } from "vitest";
import { createRegisterEngine } from "../../ingest/energy/register-engine.ts";
import { loadParkFile } from "../../park/load.ts";
import { isRegisterChannel } from "../../park/quantities.ts";
import { Instruments } from "../../simulators/readings.ts";

const park = loadParkFile("park/nanchuan.yaml");

describe("what the simulated park sends", () => {
  it("is trusted by the energy rules: quarter-hours behind, live in front, and only the declared exchange is listed", () => {
    const instruments = new Instruments(park, 1);
    const day = Date.parse("2026-11-16T00:00:00+08:00");
    const live = Date.parse("2026-11-17T12:00:00+08:00");
    const events: string[] = [];
    for (const id of instruments.ids) {
      const meter = park.meterById.get(id);
      const instants: number[] = [];
      for (let t = day; t <= live; t += 900_000) instants.push(t);
      for (let t = instruments.nextReport(id, live); t < live + 3_600_000; t = instruments.nextReport(id, t))
        instants.push(t);
      const readings = instants.map((t) => instruments.read(id, t));
      for (const declaration of meter?.registers ?? []) {
        if (!declaration.expected || !isRegisterChannel(declaration.channel)) continue;
        const engine = createRegisterEngine(declaration, park.calendar, null);
        for (const { timeMs, values } of readings) {
          const display = values[declaration.channel];
          if (display !== undefined) engine.push({ timeMs, display, conflict: false, simulated: true });
        }
        for (const judgement of engine.drain().judgements) {
          const list: unknown = JSON.parse(judgement.events);
          if (Array.isArray(list))
            for (const event of list) events.push(`${id} ${declaration.channel} ${JSON.stringify(event)}`);
        }
      }
    }
    expect(events).toEqual([expect.stringMatching(/^wool-scouring energyImportKwh .*"exchange"/)]);
  });
});
