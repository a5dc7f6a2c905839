import { describe, expect, it } from "vitest";
import {
  actsOf,
  bodyOf,
  type Event,
  fileType,
  sentOf,
  shownEvents,
  when,
} from "../../web/pages/repair/acts.ts";
import { eventsFixture } from "../kit/fixtures/repairs.ts";

const ZONE = "Asia/Shanghai";
const [up, down, aside, rollover] = eventsFixture.events;

function event(found: Event | undefined): Event {
  if (found === undefined) throw new Error("the fixture has it");
  return found;
}

function form(fields: Readonly<Record<string, string>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

describe("what can be decided about an event", () => {
  it("E7: a step up is accepted or explained by an exchange, a step down only explained", () => {
    expect(actsOf(event(up))).toEqual(["accept-step", "declare-exchange"]);
    expect(actsOf(event(down))).toEqual(["declare-exchange"]);
  });

  it("E8: what judging set aside comes back; what a person rejected is undone in the trail", () => {
    expect(actsOf(event(aside))).toEqual(["restore-reading"]);
    expect(actsOf({ ...event(aside), figures: { decided: "rejected" } })).toEqual([]);
    expect(actsOf(event(rollover))).toEqual([]);
  });

  it("is sent as the API takes it, an exchange in the park's time", () => {
    expect(bodyOf(event(up), "accept-step", form({ reason: " real " }), ZONE)).toEqual({
      kind: "accept-step",
      meter: "wafer-gate",
      channel: "energyImportKwh",
      from: event(up).from,
      until: event(up).until,
      reason: "real",
    });
    const fields = { reason: "换表", at: "2026-11-19T13:06", final: "918221.4", initial: "0" };
    expect(bodyOf(event(down), "declare-exchange", form(fields), ZONE)).toEqual({
      kind: "declare-exchange",
      meter: "wafer-gate",
      channel: "energyImportKwh",
      at: "2026-11-19T13:06:00+08:00",
      final: 918_221.4,
      initial: 0,
      reason: "换表",
    });
  });

  it("shows the newest first, and no ticks", () => {
    expect(shownEvents(eventsFixture.events).map((e) => e.kind)).toEqual([
      "step",
      "rollover",
      "set-aside",
      "step",
    ]);
    expect(when("2026-11-19T13:06:00+08:00")).toBe("2026-11-19 13:06");
  });
});

describe("what people begin with themselves", () => {
  const register = { meter: "wafer-gate", channel: "energyImportKwh", reason: " 核对 " };

  it("E11: a multiplier from an instant on, of one register or of all", () => {
    const fields = { ...register, at: "2026-11-19T13:06", multiplier: "4000" };
    expect(sentOf("change-multiplier", form(fields), ZONE)).toEqual({
      path: "/decisions",
      body: {
        kind: "change-multiplier",
        meter: "wafer-gate",
        channel: "energyImportKwh",
        from: "2026-11-19T13:06:00+08:00",
        multiplier: 4_000,
        reason: "核对",
      },
    });
    expect(sentOf("change-multiplier", form({ ...fields, channel: "" }), ZONE).body).not.toHaveProperty(
      "channel",
    );
  });

  it("a register read by hand, and a file of them by its own type", () => {
    const fields = { ...register, at: "2026-11-19T13:06:30", display: "918221.4" };
    expect(sentOf("enter-readings", form(fields), ZONE)).toEqual({
      path: "/decisions/readings",
      body: {
        reason: "核对",
        rows: [
          {
            meter: "wafer-gate",
            channel: "energyImportKwh",
            time: "2026-11-19T13:06:30+08:00",
            display: 918_221.4,
          },
        ],
      },
    });
    const file = new File(["meter"], "抄表.XLSX");
    const data = form(register);
    data.set("file", file);
    const { path, query, body } = sentOf("import-readings", data, ZONE);
    expect([path, query]).toEqual(["/decisions/readings", { reason: "核对" }]);
    expect(body).toBeInstanceOf(File);
    expect(fileType(file)).toContain("spreadsheetml");
    expect(fileType(new File([], "a.csv"))).toBe("text/csv");
  });

  it("E6: an exchange that judging did not ask about", () => {
    const fields = { ...register, at: "2026-11-19T13:06", final: "9", initial: "0" };
    expect(sentOf("declare-exchange", form(fields), ZONE).body).toMatchObject({
      kind: "declare-exchange",
      at: "2026-11-19T13:06:00+08:00",
      final: 9,
      initial: 0,
    });
  });
});
