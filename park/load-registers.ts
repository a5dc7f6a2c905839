import type { Checks } from "./checks.ts";
import { always, type Dated } from "./dated.ts";
import type { DatedDay } from "./day-kinds.ts";
import { type GasConversion, type GasVolume, gasVolume } from "./gas-volume.ts";
import type { Exchange, RegisterDeclaration } from "./park.ts";
import { CHANNELS, type RegisterChannel, ROLES } from "./quantities.ts";
import type { MeterEntry, RegisterEntry } from "./schema.ts";

const DEFAULT_RESOLUTION = 0.01;

/** What a register takes from its meter. */
interface OfMeter {
  readonly multiplier: Dated<number>;
  readonly maxPowerKw: Dated<number | null>;
  readonly reportsEveryMs: number;
  readonly onChange: number | null;
  /** Null where gaps are shared linearly. */
  readonly typicalDay: { readonly datedDays: readonly DatedDay[] } | null;
}

/** A meter's registers: those of its role, and what is declared beside them. A virtual meter has none. */
export function registersOf(m: MeterEntry, of: OfMeter, path: string, checks: Checks): RegisterDeclaration[] {
  const { multiplier, maxPowerKw, reportsEveryMs, onChange, typicalDay } = of;
  const role = ROLES[m.role];
  // Wired the wrong way round, a one-way meter counts on the display's other register.
  const roleChannels: readonly RegisterChannel[] = m.invert ? role.registers.map(swap) : role.registers;
  const allowed = m.invert ? new Set([...roleChannels, ...role.registers]) : new Set(roleChannels);
  const declared = Object.keys(m.registers) as RegisterChannel[]; // keys were checked by the schema
  for (const c of declared) {
    const medium = CHANNELS[c].medium;
    if (medium !== null && !allowed.has(c))
      checks.complain(
        `${path}.registers.${c}`,
        `a register of role ${m.role} (${[...allowed].join(", ")})`,
        c,
      );
  }
  const isScaled = multiplier.some((e) => e.value > 1);
  const channels = m.sum === undefined ? [...new Set([...roleChannels, ...declared])] : [];
  const registers = channels.map((channel): RegisterDeclaration => {
    const r = m.registers[channel];
    const at = `${path}.registers.${channel}`;
    if (r?.resolution === undefined && declared.includes(channel) && isScaled)
      checks.complain(`${at}.resolution`, "a resolution, as the multiplier is above 1", undefined);
    const exchanges = [...(r?.exchanges ?? [])];
    exchanges.forEach((x, j) => {
      const before = exchanges[j - 1];
      if (before !== undefined && before.at >= x.at)
        checks.complain(
          `${at}.exchanges[${j}].at`,
          "an instant after the exchange before it",
          checks.instant(x.at),
        );
    });
    if (r?.gas !== undefined && m.role !== "gas")
      checks.complain(`${at}.gas`, "none, as only a meter of role gas measures gas", r.gas);
    if (r?.gas?.basis === "operating") checks.ascending(r.gas.conversion, `${at}.gas.conversion`);
    for (const key of ["digits", "resolution", "maxRatePerHour"] as const) {
      const list = r?.[key];
      if (list !== undefined) checks.ascending(list, `${at}.${key}`);
    }
    const electric = CHANNELS[channel].medium === "electricity";
    return {
      channel,
      energyChannel: m.invert ? swap(channel) : channel,
      expected: declared.length > 0 ? declared.includes(channel) : channel === channels[0],
      multiplier: withExchanges(multiplier, exchanges, "multiplier"),
      digits: withExchanges<number | null>(r?.digits ?? always(null), exchanges, "digits"),
      resolution: withExchanges(r?.resolution ?? always(DEFAULT_RESOLUTION), exchanges, "resolution"),
      maxRatePerHour: r?.maxRatePerHour ?? (electric ? maxPowerKw : always(null)),
      exchanges: exchanges.map((x): Exchange => ({ atMs: x.at, final: x.final, initial: x.initial })),
      reportsEveryMs,
      onChange,
      ...(r?.gas === undefined ? {} : { gas: gasOf(r.gas) }),
      ...(typicalDay === null ? {} : { typicalDay }),
    };
  });
  if (m.sum === undefined && isScaled && declared.length === 0)
    checks.complain(
      `${path}.registers`,
      "a resolution for each register, as the multiplier is above 1",
      undefined,
    );
  return registers;
}

function gasOf(gas: NonNullable<RegisterEntry["gas"]>): GasVolume {
  if (gas.basis === "standard")
    return gasVolume(
      "standard",
      always<GasConversion>({ method: gas.temperatureC === 0 ? "normal" : "none" }),
    );
  const conversion = gas.conversion.map(({ fromMs, value }) => ({
    fromMs,
    value: {
      method: "factor" in value ? ("factor" as const) : ("pressure-temperature" as const),
      ...value,
    } as GasConversion, // the method names the other keys
  }));
  return gasVolume("operating", conversion);
}

/** Import becomes export and the reverse; other registers have no direction. */
function swap(channel: RegisterChannel): RegisterChannel {
  switch (channel) {
    case "energyImportKwh":
      return "energyExportKwh";
    case "energyExportKwh":
      return "energyImportKwh";
    case "reactiveImportKvarh":
      return "reactiveExportKvarh";
    case "reactiveExportKvarh":
      return "reactiveImportKvarh";
    default:
      return channel;
  }
}

/** An exchange may bring new digits, resolution or multiplier from its instant on (E6). */
function withExchanges<T>(
  list: Dated<T>,
  exchanges: readonly {
    at: number;
    digits?: number | undefined;
    resolution?: number | undefined;
    multiplier?: number | undefined;
  }[],
  key: "digits" | "resolution" | "multiplier",
): Dated<T> {
  const added = exchanges.flatMap((x) => {
    const value = x[key];
    return value === undefined ? [] : [{ fromMs: x.at, value: value as T }]; // the key names a number in both
  });
  return [...list, ...added].sort((a, b) => a.fromMs - b.fromMs);
}
