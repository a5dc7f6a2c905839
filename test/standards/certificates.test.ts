import { describe, expect, it } from "vitest";
import { isExpired, lastValidMonth, mayCountFor } from "../../standards/certificates.ts";

describe("certificates 绿证 (国能发新能规〔2024〕67号)", () => {
  it.each([
    ["2024-01", "2025-12"],
    ["2024-03", "2026-02"],
    ["2026-12", "2028-11"],
    ["2023-12", "2025-12"],
    ["2019-05", "2025-12"],
  ])(
    "of %s are valid through %s: two years with the month of generation, older ones to the end of 2025",
    (month, last) => {
      expect(lastValidMonth(month)).toBe(last);
      expect(isExpired(month, last)).toBe(false);
    },
  );

  it("are expired from the month after", () => {
    expect(isExpired("2024-03", "2026-03")).toBe(true);
    expect(isExpired("2023-01", "2026-01")).toBe(true);
  });

  it("count for anybody's use, but those that cannot be traded for their own project's owner only", () => {
    expect(mayCountFor({ tradable: true, owner: "wafer" }, "carpet")).toBe(true);
    expect(mayCountFor({ tradable: false, owner: "wafer" }, "carpet")).toBe(false);
    expect(mayCountFor({ tradable: false, owner: "wafer" }, "wafer")).toBe(true);
  });
});
