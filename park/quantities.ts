/** What is measured: channels on the wire, their media and units, and the roles a meter can have. */

export const MEDIA = ["electricity", "gas", "heat", "water", "fuel"] as const;
export type Medium = (typeof MEDIA)[number];

type RegisterSpec = { kind: "register"; medium: Medium | null; unit: string; direction: "import" | "export" };
type GaugeSpec = { kind: "gauge"; unit: string; minimum: number | null; maximum: number | null };

/** Every channel a reading may carry. Values are what stands on the display; gauges are on the primary side. */
export const CHANNELS = {
  energyImportKwh: { kind: "register", medium: "electricity", unit: "kWh", direction: "import" },
  energyExportKwh: { kind: "register", medium: "electricity", unit: "kWh", direction: "export" },
  reactiveImportKvarh: { kind: "register", medium: null, unit: "kvarh", direction: "import" },
  reactiveExportKvarh: { kind: "register", medium: null, unit: "kvarh", direction: "export" },
  volumeM3: { kind: "register", medium: "gas", unit: "m³", direction: "import" },
  heatGj: { kind: "register", medium: "heat", unit: "GJ", direction: "import" },
  massT: { kind: "register", medium: "fuel", unit: "t", direction: "import" },
  powerKw: { kind: "gauge", unit: "kW", minimum: null, maximum: null },
  stateOfCharge: { kind: "gauge", unit: "1", minimum: 0, maximum: 1 },
  maxDemandKw: { kind: "gauge", unit: "kW", minimum: 0, maximum: null },
} as const satisfies Record<string, RegisterSpec | GaugeSpec>;

export type Channel = keyof typeof CHANNELS;
export type RegisterChannel = {
  [C in Channel]: (typeof CHANNELS)[C]["kind"] extends "register" ? C : never;
}[Channel];

export const CHANNEL_NAMES = Object.keys(CHANNELS) as Channel[]; // keys of a const object: the cast names what Object.keys forgets
export const REGISTER_CHANNELS = CHANNEL_NAMES.filter(isRegisterChannel);

/** True for a channel whose values are registers (cumulative), false for gauges. */
export function isRegisterChannel(channel: Channel): channel is RegisterChannel {
  return CHANNELS[channel].kind === "register";
}

/** True for a known channel name. */
export function isChannel(name: string): name is Channel {
  return Object.hasOwn(CHANNELS, name);
}

type RoleSpec = { medium: Medium; registers: readonly RegisterChannel[] };

/** The roles of meters. Signs are seen from the thing metered: import is what it takes. */
export const ROLES = {
  grid: { medium: "electricity", registers: ["energyImportKwh", "energyExportKwh"] },
  load: { medium: "electricity", registers: ["energyImportKwh"] },
  "it-load": { medium: "electricity", registers: ["energyImportKwh"] },
  charger: { medium: "electricity", registers: ["energyImportKwh", "energyExportKwh"] },
  pv: { medium: "electricity", registers: ["energyExportKwh", "energyImportKwh"] },
  storage: { medium: "electricity", registers: ["energyImportKwh", "energyExportKwh"] },
  gas: { medium: "gas", registers: ["volumeM3"] },
  heat: { medium: "heat", registers: ["heatGj"] },
  water: { medium: "water", registers: ["volumeM3"] },
  fuel: { medium: "fuel", registers: ["massT", "volumeM3"] },
} as const satisfies Record<string, RoleSpec>;

export type Role = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as [Role, ...Role[]]; // as above; zod wants a non-empty list

/** Roles whose energy is use of the park (not supply, storage or connection). */
export const USE_ROLES: readonly Role[] = ["load", "it-load", "charger"];

/** The unit in which a medium's energy or amount is answered. */
export const MEDIUM_UNITS: Record<Medium, string> = {
  electricity: "kWh",
  gas: "m³",
  heat: "GJ",
  water: "m³",
  fuel: "t",
};

/** Thousandths of thousandths: inside, amounts are integers of 10⁻⁶ of the register's unit (for kWh: mWh). */
export const MICRO = 1_000_000;

/** Amount in integer 10⁻⁶ units (mWh) to the unit itself (kWh); null stays null. */
export function fromMicro(micro: number): number {
  return micro / MICRO;
}
