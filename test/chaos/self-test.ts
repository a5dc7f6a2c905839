import { rm } from "node:fs/promises";
import { runRound } from "./round.ts";
import type { Servers } from "./stage.ts";

/**
 * The test of the test: in an otherwise calm round, one write is answered with 204 and kept from the store, or, in
 * the embedded shape, one publish is acknowledged and kept from the broker. The check must see the loss.
 */
export async function selfTest(
  servers: Servers | null,
  seed: number,
): Promise<{ readonly isCaught: boolean; readonly text: string }> {
  const { fault, evidence } = await runRound({
    seed,
    servers,
    only: "none",
    days: 1,
    publishMs: 1_000,
    sabotage: ({ storeProxy, brokerProxy }) => {
      if (storeProxy === null) brokerProxy.swallow = 1;
      else storeProxy.mood = "lies";
    },
  });
  const isCaught = fault?.includes("acknowledged and lost") === true;
  if (isCaught && evidence !== null) await rm(evidence, { recursive: true, force: true });
  return { isCaught, text: isCaught ? `the lie was found out: ${fault}` : `the lie was not seen: ${fault}` };
}
