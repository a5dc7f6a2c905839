import type { FlexibilityAnswer } from "../../../api/answers/standards.ts";
import { fixed, THIN, type Unit, unitFor } from "../../format.ts";

/** 15 min, 30 min, 1 h, 2 h … */
export function durationText(minutes: number): string {
  return minutes % 60 === 0 ? `${fixed(minutes / 60, 0)}${THIN}h` : `${fixed(minutes, 0)}${THIN}min`;
}

/** One unit for the whole page, so that its numbers can be compared. */
export function powerUnit(answer: FlexibilityAnswer): Unit {
  const { capacity } = answer;
  return unitFor("power", [
    ...answer.upKw,
    ...answer.downKw,
    capacity.connectedUpKw,
    capacity.connectedDownKw,
  ]);
}
