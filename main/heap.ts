import { setFlagsFromString } from "node:v8";

/** Each collection lets the heap grow by so much of what is alive before the next one. */
const GROWING_PERCENT = 75;

/**
 * Collects sooner. Messages on their way to the store outlive the young generation, so that under load everything
 * passes through the old one, and by itself V8 lets that grow to four times of what is alive: measured with 10,000
 * readings a second, 490 MB in place of 320.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
}
