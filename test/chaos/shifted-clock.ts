import { readFileSync } from "node:fs";
import { CLOCK_FILE } from "./clock.ts";

/** Loaded into the program before its own modules: its wall clock is off by what a file says, from one moment to the next. */

const file = process.env[CLOCK_FILE];
if (file === undefined) throw new Error(`${CLOCK_FILE} is not set`);

let offsetMs = 0;
const readOffset = () => {
  offsetMs = Number(readFileSync(file, "utf8"));
};
readOffset();
setInterval(readOffset, 50).unref();

const { now } = Date;
const shiftedNow = () => now() + offsetMs;
globalThis.Date = new Proxy(Date, {
  construct: (real, args, target) =>
    Reflect.construct(real, args.length === 0 ? [shiftedNow()] : args, target),
  get: (real, key) => (key === "now" ? shiftedNow : Reflect.get(real, key)),
});
