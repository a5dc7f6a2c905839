import { useEffect, useRef, useState } from "preact/hooks";
import type { Lever } from "../../../park/levers.ts";
import { place, setQuery } from "../../router.ts";
import { type Amounts, addressOf, amountsIn, sameAmounts } from "./amounts.ts";

/** The scenario on the page: amounts that follow the hand at once, and the address a moment after it. */

const ADDRESS_AFTER_MS = 250;

export interface ScenarioState {
  readonly amounts: Amounts;
  readonly gasPower: "zero" | "other";
  readonly set: (lever: Lever, amount: number) => void;
  readonly setGasPower: (gasPower: "zero" | "other") => void;
  readonly reset: () => void;
  /** The address that shows the same scenario to others, also before the address bar follows. */
  readonly link: () => string;
}

export function useScenario(): ScenarioState {
  const query = place.value.query;
  const inAddress = amountsIn(query);
  const gasPower = query.get("gasPower") === "other" ? "other" : "zero";
  const [amounts, setAmounts] = useState(inAddress);
  const written = useRef(inAddress);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  // Back, forward or another link: the address leads.
  useEffect(() => {
    if (sameAmounts(inAddress, written.current)) return;
    written.current = inAddress;
    setAmounts(inAddress);
  });
  useEffect(() => () => clearTimeout(timer.current), []);

  const show = (next: Amounts): void => {
    setAmounts(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      written.current = next;
      setQuery(addressOf(next));
    }, ADDRESS_AFTER_MS);
  };
  return {
    amounts,
    gasPower,
    set: (lever, amount) => show({ ...amounts, [lever]: Math.max(0, amount) }),
    setGasPower: (next) => setQuery({ gasPower: next === "zero" ? null : next }),
    reset: () => show(amountsIn(new URLSearchParams())),
    link: () => {
      const url = new URL(location.href);
      for (const [lever, amount] of Object.entries(addressOf(amounts)))
        if (amount === null) url.searchParams.delete(lever);
        else url.searchParams.set(lever, amount);
      return url.href;
    },
  };
}
