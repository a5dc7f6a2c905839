import { describe, expect, it } from "vitest";
import { type KnownDay, knownUntil } from "../../simulators/known.ts";

const DAY = 86_400_000;
const day = (n: number, share: number): KnownDay => ({
  startMs: n * DAY,
  endMs: (n + 1) * DAY,
  knownMs: share * DAY,
});

describe("up to where a meter is known", () => {
  it("whole days, then a day up to its newest reading", () => {
    expect(knownUntil(3 * DAY, [day(3, 1), day(4, 0.99), day(5, 0.4)], 5.4 * DAY)).toBe(5.4 * DAY);
  });

  it("a history that was broken off begins again at its first hole", () => {
    expect(knownUntil(3 * DAY, [day(3, 1), day(4, 0.5), day(5, 0.01)], 5.6 * DAY)).toBe(4 * DAY);
    expect(knownUntil(3 * DAY, [day(3, 1), day(5, 0.01)], 5.6 * DAY)).toBe(4 * DAY);
    expect(knownUntil(3 * DAY, [day(5, 0.01)], 5.6 * DAY)).toBe(3 * DAY);
    expect(knownUntil(3 * DAY, [], 5.6 * DAY)).toBe(3 * DAY);
  });

  it("a newest reading before the history's span leaves all of it to be sent", () => {
    expect(knownUntil(3 * DAY, [], 1 * DAY)).toBe(1 * DAY);
    expect(knownUntil(3 * DAY, [], null)).toBeNull();
  });
});
