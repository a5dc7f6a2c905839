import { describe, expect, it } from "vitest";
import { parseSettings } from "../../main/settings.ts";
import { ProblemsError } from "../../park/problems.ts";

function problemsOf(env: Record<string, string>) {
  try {
    parseSettings(env);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

describe("settings", () => {
  it("tells all problems at once: what was expected, in words, and what was found", () => {
    const whole = "a whole number from 0 to 65535";
    expect(problemsOf({ PORT: "abc", MQTT_PORT: "70000", LOG_LEVEL: "loud" })).toEqual([
      { path: "PORT", expected: whole, found: '"abc"' },
      { path: "MQTT_PORT", expected: whole, found: '"70000"' },
      {
        path: "LOG_LEVEL",
        expected: 'one of "trace"|"debug"|"info"|"warn"|"error"|"fatal"|"silent"',
        found: '"loud"',
      },
    ]);
    expect(problemsOf({ PORT: "80.5" })).toEqual([{ path: "PORT", expected: whole, found: '"80.5"' }]);
  });

  it("never shows what may hold a password", () => {
    const [problem] = problemsOf({ DATABASE_URL: "mysql://lingtan:secret@db/lingtan" });
    expect(problem).toEqual({
      path: "DATABASE_URL",
      expected: "a URL that begins with postgres:// or postgresql://",
      found: "something else",
    });
  });

  it("takes what is right", () => {
    expect(problemsOf({ PORT: "0", LOG_LEVEL: "warn" })).toEqual([]);
    expect(parseSettings({ PORT: "0" }).port).toBe(0);
  });
});
