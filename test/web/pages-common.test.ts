import { expect, test } from "vitest";
import { sideFor } from "../../web/i18n/sides.ts";
import {
  amountText,
  detailUnit,
  factorText,
  partText,
  sumText,
  unitText,
} from "../../web/pages/common/amounts.ts";
import { lastDay, monthRuns, monthSpan } from "../../web/pages/common/months.ts";
import { addressWith, stepsOf } from "../../web/pages/common/question.ts";
import { meterName } from "../../web/pages/common/registers.ts";
import { nearestStop, nextStop } from "../../web/pages/common/steps.ts";
import { park } from "../../web/park.ts";
import { lang } from "../../web/state.ts";
import { parkFixture } from "../kit/fixtures/park.ts";

test("amounts keep their unit; kWh take the prefix that still shows four digits", () => {
  expect(amountText(1_003_200_000, "kWh")).toEqual({ text: "1,003.2", unit: "GWh" });
  expect(amountText(566_800_000, "kWh")).toEqual({ text: "566.8", unit: "GWh" });
  expect(amountText(1_377_000, "kWh")).toEqual({ text: "1,377.0", unit: "MWh" });
  expect(amountText(5_920_000, "m³")).toEqual({ text: "5,920,000", unit: "m³" });
  expect(amountText(0, "kWh").text).toBe("0");
  expect(amountText(null, "kWh")).toEqual({ text: "—", unit: "" });
  expect(detailUnit([null]).text).toBe("kWh");
});

test("a part that rounds to nothing is not drawn as nothing", () => {
  expect(partText(1753, 1e6, 1)).toBe("<0.1");
  expect(partText(0, 1e6, 1)).toBe("0.0");
  expect(partText(60_000, 1e6, 1)).toBe("0.1");
  expect(partText(null, 1e6, 1)).toBe("—");
});

test("sums, factors and units as people write them", () => {
  expect(sumText({ value: 1500, complete: false }, 1000, 1)).toBe("≥1.5");
  expect(sumText({ value: 1500, complete: true }, 1000, 1)).toBe("1.5");
  expect(sumText({ value: null, complete: false }, 1000, 1)).toBe("—");
  expect([0.8325, 0, 0.03412, 0.11].map(factorText)).toEqual(["0.8325", "0", "0.03412", "0.11"]);
  expect(unitText("tCO2/GJ")).toBe("tCO₂/GJ");
});

test("a month is a span of the park's calendar, wherever the browser stands", () => {
  expect(monthSpan("2026-11", "Asia/Shanghai")).toEqual({
    from: "2026-10-31T16:00:00.000Z",
    to: "2026-11-30T16:00:00.000Z",
  });
  expect(lastDay("2026-11-01T00:00:00+08:00")).toBe("2026-10-31");
  expect(lastDay("2026-11-20T14:30:00+08:00")).toBe("2026-11-20");
});

test("arrow keys step through a chart's points and stop at its ends", () => {
  expect(nextStop(null, "ArrowRight", false, 5)).toBe(0);
  expect(nextStop(null, "ArrowLeft", false, 5)).toBe(4);
  expect(nextStop(4, "ArrowRight", false, 5)).toBe(4);
  expect(nextStop(1, "ArrowRight", true, 20)).toBe(6);
  expect(nextStop(3, "Escape", false, 5)).toBeNull();
  expect(nextStop(3, "Enter", false, 5)).toBeUndefined();
  expect(nextStop(null, "ArrowRight", false, 0)).toBeUndefined();
  expect(nearestStop([{ x: 10 }, { x: 30 }, { x: 90 }], 61)).toBe(2);
  expect(nearestStop([], 5)).toBeNull();
});

test("a text in both languages shows its side; any other stays whole", () => {
  for (const [english, side] of [
    [false, "共和风电基地"],
    [true, "Gonghe wind"],
  ] as const) {
    expect(sideFor("共和风电基地 / Gonghe wind", english)).toBe(side);
    expect(sideFor("Gonghe wind / 共和风电基地", english)).toBe(side);
    for (const whole of ["共和风电基地", "Meter 3 / 4", "风电 / 光伏", "甲 / b / c", ""])
      expect(sideFor(whole, english)).toBe(whole);
  }
});

test("months that follow each other are one run, also over the turn of the year", () => {
  expect(monthRuns(["2026-03", "2025-12", "2026-01", "2026-05"])).toEqual([
    "2025-12 … 2026-01",
    "2026-03",
    "2026-05",
  ]);
  expect(monthRuns([])).toEqual([]);
});

test("the steps of a question go into the address and come back; the rest of it stays", () => {
  const step = {
    figure: "carbon:cn/a:b",
    scope: "boundary:zc",
    from: "2026-11-01T00:00:00+08:00",
    to: "2026-12-01T00:00:00+08:00",
  };
  const address = addressWith("/carbon", new URLSearchParams("lang=en&why=old~x~y~z"), [
    step,
    { ...step, figure: "register:m/c" },
  ]);
  const query = new URL(address, "http://park").searchParams;
  expect(query.get("lang")).toBe("en");
  expect(stepsOf(query)).toEqual([step, { ...step, figure: "register:m/c" }]);
  expect(stepsOf(new URLSearchParams("why=broken&why=~a~b~c"))).toEqual([]);
});

test("a meter is called by its name in the reader's language; one that is not seen, or has none, by its id", () => {
  const gate = {
    id: "gate",
    name: { zh: "北区关口", en: "North gate" },
    role: "grid",
    medium: "electricity",
    enterprise: null,
    parent: null,
    virtual: false,
    maxPowerKw: null,
    reportsEverySeconds: 60,
    channels: [],
  };
  expect(meterName("gate")).toBe("gate");
  const [before, language] = [park.value, lang.value];
  try {
    park.value = { ...parkFixture, meters: [gate, { ...gate, id: "bare", name: null }] };
    lang.value = "en";
    expect(meterName("gate")).toBe("North gate");
    lang.value = "zh-CN";
    expect(meterName("gate")).toBe("北区关口");
    expect([meterName("bare"), meterName("other")]).toEqual(["bare", "other"]);
  } finally {
    park.value = before;
    lang.value = language;
  }
});
