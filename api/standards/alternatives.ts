import { findFactorSet } from "../../standards/factors/released.ts";
import { OPEN_QUESTIONS, type OpenOption, type OpenQuestion } from "../../standards/open-questions.ts";
import { worstGrade } from "../../standards/park-carbon.ts";
import { type Evaluated, type Reading, withPin } from "./figures-of.ts";

/** What each other answer to an open question would give. */

interface Alternative {
  readonly question: OpenQuestion;
  readonly option: OpenOption;
  readonly evaluated: Evaluated;
  readonly grade: ReturnType<typeof worstGrade>;
}

/** The options that the reading does not take, evaluated; direct supply has none here, as it moves no carbon. */
export function alternativesOf(reading: Reading, evaluateBy: (reading: Reading) => Evaluated): Alternative[] {
  const now = evaluateBy(reading);
  const family = (id: string) => findFactorSet(id)?.family ?? null;
  return OPEN_QUESTIONS.flatMap((question) =>
    question.options.flatMap((option): Alternative[] => {
      const other = otherReading(reading, question, option, family);
      if (other === null) return [];
      const evaluated = evaluateBy(other);
      // An option that gives what counts already is none.
      if (evaluated.equivalent?.value === now.equivalent?.value && question.id === "electricity-equivalent")
        return [];
      const { carbon, equivalent } = evaluated;
      const grade = worstGrade([carbon.grade, ...(equivalent === null ? [] : [equivalent.grade])]);
      return [{ question, option, evaluated, grade }];
    }),
  );
}

function otherReading(
  reading: Reading,
  question: OpenQuestion,
  option: OpenOption,
  family: (id: string) => string | null,
): Reading | null {
  switch (question.id) {
    case "exports": {
      const exports = option.id === "other" ? "other" : "own-kind";
      return exports === (reading.exports ?? "own-kind") ? null : { ...reading, exports };
    }
    case "other-electricity": {
      const pinned = reading.factors.find((id) => family(id) === "park-method") ?? question.options[0].id;
      return pinned === option.id ? null : withPin(reading, option.id, family);
    }
    case "electricity-equivalent": {
      if (family(option.id) === null) {
        const factors = reading.factors.filter((id) => family(id) !== "electricity-equivalent");
        return factors.length === reading.factors.length ? null : { ...reading, factors };
      }
      return reading.factors.includes(option.id) ? null : withPin(reading, option.id, family);
    }
    default:
      return null;
  }
}
