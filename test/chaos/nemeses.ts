import { setTimeout as delay } from "node:timers/promises";
import { DAY_MS } from "../../park/calendar.ts";
import type { Restartable, Shape, Stage } from "./stage.ts";
import type { StoreMood } from "./store-proxy.ts";
import { FROM_MS, SENDING_TROUBLES, type SendingTrouble } from "./workload.ts";

/** What disturbs: each ends and heals what it did by itself, within a few seconds. */

export interface Nemesis {
  readonly name: string;
  readonly shapes: readonly Shape[];
  /** What it disturbs; two that disturb the same do not act at once. */
  readonly on: "ingest" | "clock" | "broker" | "network" | "store" | "ledger" | "all";
  readonly wantsSmallDisk?: boolean;
  /** It needs a program whose clock can be set. */
  readonly wantsClock?: boolean;
  /** It kills the broker −9. */
  readonly killsBroker?: boolean;
  act(stage: Stage, random: () => number): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** An idle ingest looks once a second whether the time of a reading has come. */
const HELD_LOOKED_AT_MS = 1_500;
const BOTH: readonly Shape[] = ["embedded", "servers"];
const SERVERS: readonly Shape[] = ["servers"];

const between = (random: () => number, leastMs: number, mostMs: number) =>
  delay(leastMs + random() * (mostMs - leastMs));

/** A server that was killed may leave something behind for a moment (PostgreSQL's children its shared memory). */
async function restart(server: Restartable): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await server.restart();
      return;
    } catch (error) {
      if (tries >= 10) throw error;
      await delay(300);
    }
  }
}

const killing = (of: (servers: NonNullable<Stage["servers"]>) => Restartable, isBroker = false) => {
  return async (stage: Stage, random: () => number) => {
    if (stage.servers === null) return;
    const server = of(stage.servers);
    await server.now.kill();
    await between(random, 100, 1_500);
    // Until here the generator may have written down what the one that was killed had acknowledged.
    if (isBroker) stage.brokerKillsMs.push(Date.now());
    await restart(server);
  };
};

const stopping = (of: (servers: NonNullable<Stage["servers"]>) => Restartable) => {
  return async (stage: Stage, random: () => number) => {
    if (stage.servers === null) return;
    const { pid } = of(stage.servers).now;
    process.kill(pid, "SIGSTOP");
    try {
      await between(random, 500, 3_000);
    } finally {
      process.kill(pid, "SIGCONT");
    }
  };
};

const mood = (asked: StoreMood) => async (stage: Stage, random: () => number) => {
  const proxy = stage.storeProxy;
  if (proxy === null) return;
  proxy.mood = asked;
  try {
    await between(random, 500, 2_500);
  } finally {
    proxy.mood = "passes";
  }
};

export const NEMESES: readonly Nemesis[] = [
  {
    name: "kill-ingest",
    shapes: BOTH,
    on: "ingest",
    async act({ program }) {
      program.signal("SIGKILL");
    },
  },
  {
    name: "stop-ingest",
    shapes: BOTH,
    on: "ingest",
    async act({ program }, random) {
      program.signal("SIGSTOP");
      try {
        await between(random, 500, 3_000);
      } finally {
        program.signal("SIGCONT");
      }
    },
  },
  {
    /** Some hours off, or back among the readings: those are then ahead of time until it is right again (E12). */
    name: "jump-clock",
    shapes: BOTH,
    on: "clock",
    wantsClock: true,
    async act({ clock }, random) {
      if (clock === null) return;
      const amongReadingsMs = FROM_MS + (random() * 3 - 0.5) * DAY_MS - Date.now();
      clock.set(random() < 0.5 ? amongReadingsMs : (random() - 0.5) * 6 * HOUR_MS);
      try {
        await between(random, 500, 2_500);
      } finally {
        clock.set(0);
      }
      await delay(HELD_LOOKED_AT_MS);
    },
  },
  {
    name: "cut-broker",
    shapes: BOTH,
    on: "network",
    async act({ brokerProxy }) {
      brokerProxy.cut();
    },
  },
  {
    name: "disk-full",
    shapes: BOTH,
    on: "store",
    wantsSmallDisk: true,
    async act({ disk, servers }, random) {
      if (disk === null) return;
      await disk.fill();
      try {
        await between(random, 1_000, 2_500);
      } finally {
        await disk.free();
      }
      // InfluxDB 1.x goes on refusing every write until it is started anew.
      if (servers !== null) {
        await servers.influx.now.kill();
        await restart(servers.influx);
      }
    },
  },
  {
    name: "kill-broker",
    shapes: SERVERS,
    on: "broker",
    killsBroker: true,
    act: killing((s) => s.mosquitto, true),
  },
  { name: "stop-broker", shapes: SERVERS, on: "broker", act: stopping((s) => s.mosquitto) },
  { name: "kill-influx", shapes: SERVERS, on: "store", act: killing((s) => s.influx) },
  { name: "stop-influx", shapes: SERVERS, on: "store", act: stopping((s) => s.influx) },
  { name: "kill-postgres", shapes: SERVERS, on: "ledger", act: killing((s) => s.postgres) },
  { name: "store-refuses", shapes: SERVERS, on: "store", act: mood("refuses") },
  { name: "store-resets", shapes: SERVERS, on: "store", act: mood("resets") },
  { name: "store-half", shapes: SERVERS, on: "store", act: mood("half") },
  { name: "store-slow", shapes: SERVERS, on: "store", act: mood("slow") },
  {
    /** Ingest goes first: what comes between its end and the broker's is in the broker alone. */
    name: "kill-ingest-and-broker",
    shapes: SERVERS,
    on: "all",
    killsBroker: true,
    async act(stage, random) {
      stage.program.signal("SIGKILL");
      await between(random, 0, 150);
      await killing((s) => s.mosquitto, true)(stage, random);
    },
  },
  {
    name: "kill-all",
    shapes: SERVERS,
    on: "all",
    killsBroker: true,
    async act(stage, random) {
      stage.program.signal("SIGKILL");
      await Promise.all([
        killing((s) => s.mosquitto, true)(stage, random),
        killing((s) => s.influx)(stage, random),
        killing((s) => s.postgres)(stage, random),
      ]);
    },
  },
];

export const NEMESIS_NAMES: readonly string[] = [...NEMESES.map((n) => n.name), ...SENDING_TROUBLES];

/** What a round does. */
export interface Choice {
  readonly nemeses: readonly Nemesis[];
  readonly troubles: readonly SendingTrouble[];
}

/**
 * The choice of a round's seed: consecutive seeds go through all nemeses, each with a second one that disturbs
 * something else; with `only` that one alone.
 */
export function chooseFor(shape: Shape, seed: number, random: () => number, only: string | null): Choice {
  const troubles = SENDING_TROUBLES.filter((t) => (only === null ? random() < 0.5 : t === only));
  const all = NEMESES.filter((n) => n.shapes.includes(shape));
  if (only !== null) return { nemeses: all.filter((n) => n.name === only), troubles };
  const first = all[seed % all.length];
  const others = all.filter(
    (n) => n.on !== first?.on && n.on !== "all" && first?.on !== "all" && n.wantsSmallDisk !== true,
  );
  const second = others[Math.floor(random() * others.length)];
  return { nemeses: [first, second].filter((n) => n !== undefined), troubles };
}
