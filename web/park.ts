import { signal } from "@preact/signals";
import type { ParkAnswer } from "../api/answers/park.ts";
import { apiPath, getAnswer } from "./api.ts";
import { parkZone } from "./state.ts";

/** The park as the caller may see it; null until it came. */
export const park = signal<ParkAnswer | null>(null);

/** Asks for the park until it comes; returns what stops the asking. */
export function startPark(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const abort = new AbortController();
  const ask = async (): Promise<void> => {
    try {
      const answer = await getAnswer<ParkAnswer>(apiPath("/park"), abort.signal);
      parkZone.value = answer.timeZone;
      park.value = answer;
    } catch {
      // the live link tells what is wrong; the park's name and zone follow when the API is back
      if (!abort.signal.aborted) timer = setTimeout(() => void ask(), 5000);
    }
  };
  void ask();
  return () => {
    abort.abort();
    clearTimeout(timer);
  };
}
