import type { FlexibilityAnswer } from "../../../api/answers/flexibility.ts";
import { DASH, fixed, THIN, type Unit, unitFor } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";

/** 15 min, 30 min, 1 h, 2 h … */
export function durationText(minutes: number): string {
  return minutes % 60 === 0 ? `${fixed(minutes / 60, 0)}${THIN}h` : `${fixed(minutes, 0)}${THIN}min`;
}

/** What a storage does now: ▲ discharging 3.3, ▼ charging 1.0, at rest; charging is positive, null is a dash. */
export function doingText(powerKw: number | null | undefined, per: number): string {
  if (powerKw === null || powerKw === undefined) return DASH;
  const text = fixed(Math.abs(powerKw) / per, 1);
  if (!/[1-9]/.test(text)) return t("flexibility.assets.idle");
  return `${t(powerKw > 0 ? "flexibility.assets.charging" : "flexibility.assets.discharging")} ${text}`;
}

/** One unit for the whole page, so that its numbers can be compared. */
export function powerUnit(answer: FlexibilityAnswer): Unit {
  const { capacity } = answer;
  return unitFor("power", [
    ...answer.upKw,
    ...answer.downKw,
    ...(answer.fromPresent?.upKw ?? []),
    ...(answer.fromPresent?.downKw ?? []),
    capacity.connectedUpKw,
    capacity.connectedDownKw,
  ]);
}
