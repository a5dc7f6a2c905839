import { StoreError } from "./telemetry.ts";

/**
 * Questions of one kind that come together are asked of an engine together: what comes in one turn of the event loop,
 * and what comes while as many as allowed are under way. Each asker gets its own answer or error.
 */
export class Gather<Q, A> {
  readonly #together: (questions: readonly Q[]) => Promise<readonly A[]>;
  readonly #fits: (first: Q, other: Q) => boolean;
  #waiting: Asked<Q, A>[] = [];
  #underWay = 0;
  #isScheduled = false;

  /**
   * @param together answers in the order of the questions, at least one
   * @param fits whether a question may be asked together with the first one of a group
   */
  constructor(
    together: (questions: readonly Q[]) => Promise<readonly A[]>,
    fits: (first: Q, other: Q) => boolean,
  ) {
    this.#together = together;
    this.#fits = fits;
  }

  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0 || this.#underWay >= MOST_UNDER_WAY) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      while (this.#underWay < MOST_UNDER_WAY && this.#waiting.length > 0) void this.#run(this.#next());
    });
  }

  /** The question that has waited longest, and those that fit to it. */
  #next(): Asked<Q, A>[] {
    const group: Asked<Q, A>[] = [];
    const rest: Asked<Q, A>[] = [];
    for (const asked of this.#waiting) {
      const [first] = group;
      const joins =
        first === undefined || (group.length < MOST_TOGETHER && this.#fits(first.question, asked.question));
      (joins ? group : rest).push(asked);
    }
    this.#waiting = rest;
    return group;
  }

  async #run(group: readonly Asked<Q, A>[]): Promise<void> {
    this.#underWay += 1;
    try {
      const answers = await this.#together(group.map((asked) => asked.question));
      group.forEach((asked, i) => {
        const answer = answers[i];
        if (answer === undefined) asked.reject(new Error("a question was not answered"));
        else asked.resolve(answer);
      });
    } catch (error) {
      // What one question did must not fail the others; an engine that is away is away for all.
      if (group.length === 1 || (error instanceof StoreError && error.code === "unavailable"))
        for (const asked of group) asked.reject(error);
      else for (const asked of group) await this.#run([asked]);
    } finally {
      this.#underWay -= 1;
      this.#schedule();
    }
  }
}

interface Asked<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_UNDER_WAY = 2;
const MOST_TOGETHER = 200;
