import type { MeteredActivity } from "./activities.ts";
import type { Calendar } from "./calendar.ts";
import type { Dated } from "./dated.ts";
import type { DatedDay } from "./day-kinds.ts";
import type { GasVolume } from "./gas-volume.ts";
import type { Gateway } from "./gateways.ts";
import type { Medium, RegisterChannel, Role } from "./quantities.ts";
import type { Asset, Boundary, Contract, Enterprise, GridCleanShare, LocalName, Network } from "./schema.ts";
import type { Tariff } from "./tariff.ts";

/** An exchange of a meter as declared: the old register's last and the new one's first display value. */
export interface Exchange {
  readonly atMs: number;
  readonly final: number;
  readonly initial: number;
}

/** What people decided about a register's readings; instants are those of readings, each list ascending. */
export interface Decided {
  /** First readings after a step up whose energy is the gap's (E7). */
  readonly acceptedSteps: readonly number[];
  /** Readings that do not count (E8). */
  readonly rejected: readonly number[];
  /** Readings that count whatever judging would make of them (E8). */
  readonly restored: readonly number[];
  /** Read from the display by hand; of two values for one instant this one stands. */
  readonly handRead: readonly { readonly timeMs: number; readonly display: number }[];
}

/** How one register of one meter is to be read: everything the energy rules need to know (E3, E5, E6, E11). */
export interface RegisterDeclaration {
  /** The channel on the wire, before `invert`. */
  readonly channel: RegisterChannel;
  /** The channel under which its energy is stored: import and export swapped where the wiring is reversed. */
  readonly energyChannel: RegisterChannel;
  /** True when the meter is known to have it; what an expected register never sent is missing, not zero. */
  readonly expected: boolean;
  /** CT × PT ratio by date. */
  readonly multiplier: Dated<number>;
  /** Digits before the decimal point by date; null where not declared. */
  readonly digits: Dated<number | null>;
  /** Smallest step of the display, in its own unit, by date. */
  readonly resolution: Dated<number>;
  /** Largest believable rise per hour, primary side, in the register's unit, by date; null: no limit declared. */
  readonly maxRatePerHour: Dated<number | null>;
  /** Ascending by instant. */
  readonly exchanges: readonly Exchange[];
  readonly reportsEveryMs: number;
  /** For meters that report on change: the change that triggers a report, in display × multiplier; else null. */
  readonly onChange: number | null;
  /** Absent where nothing was decided. */
  readonly decided?: Decided;
  /** Of a gas register: what its display counts, and the conversion to standard volume; absent: not declared, as displayed. */
  readonly gas?: GasVolume;
  /** Gaps are shared by the meter's typical day (E3), with the dates that are not what their weekday says; absent: linear. */
  readonly typicalDay?: { readonly datedDays: readonly DatedDay[] };
}

/** A meter with its dated links resolved and defaults filled in. */
export interface Meter {
  readonly id: string;
  readonly name: LocalName | null;
  readonly role: Role;
  readonly medium: Medium;
  readonly enterprise: Dated<string>;
  readonly parent: Dated<string | null>;
  readonly maxPowerKw: Dated<number | null>;
  readonly reportsEveryMs: number;
  readonly invert: boolean;
  /** Non-null for a virtual meter: its energy is this sum of others' (any missing part makes it missing). */
  readonly sum: readonly { readonly meter: string; readonly factor: 1 | -1 }[] | null;
  readonly registers: readonly RegisterDeclaration[];
  readonly fuel: string | null;
  readonly heatSource: "fossil" | "non-fossil" | null;
  /** Of heat: who made it, by date; null where it comes from outside of the park. */
  readonly suppliedBy: Dated<string> | null;
  /** Of gas and fuel: what it is used for; null where not said. */
  readonly activity: MeteredActivity | null;
  readonly limits: { readonly importKw: number; readonly exportKw: number } | null;
}

/** The park as declared: what every room is told and none may change. */
export interface Park {
  readonly id: string;
  readonly name: LocalName;
  readonly calendar: Calendar;
  readonly location: {
    readonly latitude: number;
    readonly longitude: number;
    readonly altitudeM: number;
  } | null;
  readonly province: string | null;
  readonly figures: "declared" | "simulated";
  readonly boundaries: readonly Boundary[];
  readonly networks: readonly Network[];
  readonly enterprises: readonly Enterprise[];
  readonly meters: readonly Meter[];
  readonly assets: readonly Asset[];
  readonly contracts: readonly Contract[];
  readonly gridCleanShares: readonly GridCleanShare[];
  readonly gateways: readonly Gateway[];
  /** Ascending by date; before the first there is none. */
  readonly tariffs: readonly Tariff[];
  /** Share of 1 by which a meter may differ from the meters below it before it is flagged. */
  readonly subMeterTolerance: number;
  readonly meterById: ReadonlyMap<string, Meter>;
  readonly enterpriseById: ReadonlyMap<string, Enterprise>;
}
