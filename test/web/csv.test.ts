import { describe, expect, it } from "vitest";
import { toCsv } from "../../web/ui/csv.ts";

describe("CSV of a table", () => {
  it("has units in the head, full precision, empty for missing, and a mark so that Excel reads UTF-8", () => {
    const text = toCsv({
      columns: [{ label: "时刻" }, { label: "电网", unit: "MW", digits: 1 }],
      rows: [
        ["00:00", 81.61234],
        ["00:15", null],
      ],
      foot: ["合计", -1],
    });
    expect(text).toBe("\ufeff时刻,电网 (MW)\r\n00:00,81.61234\r\n00:15,\r\n合计,-1\r\n");
  });

  it("quotes what must be quoted and lets no name run as a formula", () => {
    const text = toCsv({ columns: [{ label: 'a,"b"' }], rows: [["=1+1"], ["x\ny"], ["-plain"]] });
    expect(text).toBe('\ufeff"a,""b"""\r\n\'=1+1\r\n"x\ny"\r\n\'-plain\r\n');
  });
});
