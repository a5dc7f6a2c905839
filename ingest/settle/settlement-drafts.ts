import type { RegisterChannel } from "../../park/quantities.ts";
import type { RegisterSettlement } from "../energy/engine.ts";
import { wrapState } from "./judgement-state.ts";
import type { SettlementDraft } from "./revised-events.ts";

/** The register of which drafts are made, as it is declared now. */
export interface DraftedRegister {
  readonly meter: string;
  /** The channel of its energy, after `invert`. */
  readonly channel: RegisterChannel;
  /** Names its declaration. */
  readonly fingerprint: string;
}

/** Makes the settlements of one register, each with a revision above all before it. */
export class SettlementDrafts {
  readonly #register: DraftedRegister;
  readonly #clock: () => number;
  #rev = 0;

  constructor(register: DraftedRegister, clock: () => number) {
    this.#register = register;
    this.#clock = clock;
  }

  /** The highest revision known of the register; the next settlement's lies above it. */
  sawRev(rev: number): void {
    this.#rev = Math.max(this.#rev, rev);
  }

  /** What judging said. */
  judged(settlement: RegisterSettlement): SettlementDraft {
    const { meter, channel, fingerprint } = this.#register;
    const rev = this.#nextRev();
    const judgements = settlement.judgements.map((j) => ({
      ...j,
      state: wrapState({ declaration: fingerprint, rev, engine: j.state }),
    }));
    return { ...settlement, meter, channel, rev, judgements };
  }

  /** Rows written outside of judging. */
  ofRows(rows: Pick<SettlementDraft, "intervals" | "days">): SettlementDraft {
    const { meter, channel } = this.#register;
    return { meter, channel, rev: this.#nextRev(), ...rows, judgements: [], revisedEvents: [] };
  }

  /** Days on which nothing is to be listed any more, with the state that holds at their starts. */
  ofEmptyDays(dayStartsMs: readonly number[], engineState: string): SettlementDraft {
    const judgements = dayStartsMs.map((dayStartMs) => ({ dayStartMs, state: engineState, events: "[]" }));
    return this.judged({ intervals: [], days: [], judgements, revisedEvents: [] });
  }

  /** The clock as a floor: a revision must rise over restarts too, and the store keeps no counter of a register. */
  #nextRev(): number {
    this.#rev = Math.max(this.#rev + 1, Math.floor(this.#clock()));
    return this.#rev;
  }
}
