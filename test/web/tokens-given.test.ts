import { expect, test } from "vitest";
import { newToken, tokensInOrder } from "../../web/shell/tokens.ts";

const token = (id: string, created: string, revoked: string | null) => ({
  id,
  role: "vpp" as const,
  enterprise: null,
  label: id,
  created,
  expires: null,
  revoked,
});

test("tokens that still open something stand first, each part newest first, and none is lost", () => {
  const tokens = [
    token("old", "2026-01-01T00:00:00+08:00", null),
    token("back-new", "2026-03-01T00:00:00+08:00", "2026-03-02T00:00:00+08:00"),
    token("new", "2026-02-01T00:00:00+08:00", null),
    token("back-old", "2025-03-01T00:00:00+08:00", "2026-03-02T00:00:00+08:00"),
  ];
  expect(tokensInOrder(tokens).map((one) => one.id)).toEqual(["new", "old", "back-new", "back-old"]);
});

test("an enterprise is sent only with an enterprise's token, days only when the token ends", () => {
  const form = new FormData();
  form.set("role", "enterprise");
  form.set("enterprise", "wafer-works");
  form.set("label", "  energy team ");
  form.set("days", "365");
  expect(newToken(form)).toEqual({
    role: "enterprise",
    enterprise: "wafer-works",
    label: "energy team",
    days: 365,
  });
  form.set("role", "vpp");
  form.set("days", "");
  expect(newToken(form)).toEqual({ role: "vpp", label: "energy team" });
});
