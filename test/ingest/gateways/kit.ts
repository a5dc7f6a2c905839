import { parseMessage } from "../../../ingest/messages/message.ts";
import type { ParsedMessage } from "../../../ingest/messages/parsed.ts";
import { parsePark } from "../../../park/load.ts";
import type { Park } from "../../../park/park.ts";

export const T0 = Date.parse("2026-11-20T00:00:00+08:00");
export const NOW = T0 + 3_600_000;

/** A park whose meters are heard of through one gateway. */
export function parkWith(gateways: string, timeZone = "Asia/Shanghai"): Park {
  return parsePark(`
park: { id: p1, name: { zh: 园, en: Park }, timeZone: ${timeZone} }
enterprises: [{ id: e1, name: { zh: 厂, en: Works }, sector: steel }]
meters:
  - { id: gate, role: grid, enterprise: e1, maxPowerKw: 4000, reportsEvery: 1m }
  - { id: line, role: load, enterprise: e1, maxPowerKw: 4000, reportsEvery: 1m }
  - { id: pack, role: storage, enterprise: e1, maxPowerKw: 500, reportsEvery: 1m }
  - { id: boiler, role: gas, enterprise: e1, fuel: natural-gas }
gateways:
${gateways}
`);
}

export function parse(park: Park, topic: string, payload: unknown, nowMs = NOW): ParsedMessage {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  return parseMessage({ topic, payload: Buffer.from(text) }, park, nowMs);
}

/** "meter time channel value", sorted. */
export function valuesOf(message: ParsedMessage): string[] {
  return message.readings
    .flatMap((r) =>
      Object.entries(r.values).map(([c, v]) => `${r.meter} ${(r.timeMs - T0) / 1000} ${c} ${v}`),
    )
    .sort();
}

export function reasonsOf(message: ParsedMessage): string[] {
  return message.rejections.map((r) => `${r.reason}: ${r.detail}`);
}
