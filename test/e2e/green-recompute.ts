/**
 * Green power and carbon of a month reckoned again by somebody else: from what /park, /energy and /ledger answer over
 * HTTP, the ratings in the park file, and the formulas of docs/green-power.md. Nothing of the product is imported.
 */

type Json = Record<string, unknown>;
type Ask = (path: string) => Promise<unknown>;

interface Meter {
  readonly id: string;
  readonly role: string;
  readonly medium: string;
  readonly enterprise: string | null;
  readonly parent: string | null;
}

export interface Battery {
  readonly meter: string;
  readonly usableKwh: number;
  readonly charge: number;
  readonly discharge: number;
}

interface Column {
  readonly kwh: number[];
  readonly measured: boolean[];
}

interface Node {
  readonly enterprise: string;
  readonly hasGate: boolean;
  readonly pv: Column;
  readonly use: Column;
  readonly taken: Column;
  readonly given: Column;
  readonly batteries: readonly {
    readonly of: Battery;
    readonly into: Column;
    readonly out: Column;
    readonly content: number[];
  }[];
}

interface Recomputed {
  readonly useKwh: number;
  readonly annualShare: number;
  readonly hourMatchedShare: number;
  readonly storagePvKwh: number;
  /** National method, by scope: the park and each enterprise. */
  readonly carbonKg: ReadonlyMap<string, number>;
}

const USE = ["load", "it-load", "charger"];
const OTHER_KG_PER_KWH = 0.8325;
/** NCV × CC × OX × 44/12 of natural gas, as /factors and docs/rules.md give it: 389.31 GJ/10⁴ Nm³, 0.0153 tC/GJ, 99 %. */
const GAS_KG_PER_M3 = (389.31 * 0.0153 * 0.99 * 44) / 12 / 10;
/** Annex 4's default for fossil heat. */
const HEAT_KG_PER_GJ = 110;
const CERTIFICATE_KWH = 1000;

export async function recompute(
  ask: Ask,
  month: { readonly name: string; readonly from: string; readonly to: string },
  batteries: readonly Battery[],
): Promise<Recomputed> {
  const park = (await ask("/park")) as {
    meters: Meter[];
    networks: { id: string; kind: string; members: string[] }[];
    enterprises: { id: string }[];
  };
  const byId = new Map(park.meters.map((m) => [m.id, m]));
  const above = (m: Meter): Meter[] => {
    const parent = m.parent === null ? undefined : byId.get(m.parent);
    return parent === undefined ? [] : [parent, ...above(parent)];
  };
  const read = async (id: string): Promise<{ into: Column; out: Column }> => {
    const span = new URLSearchParams({
      scope: `meter:${id}`,
      from: month.from,
      to: month.to,
      resolution: "15m",
    });
    const answer = (await ask(`/energy?${span}`)) as {
      importKwh: (number | null)[];
      exportKwh: (number | null)[];
      quality: string[];
    };
    const measured = answer.quality.map((q) => q === "measured");
    return {
      into: { kwh: answer.importKwh.map((v) => v ?? 0), measured },
      out: { kwh: answer.exportKwh.map((v) => v ?? 0), measured },
    };
  };
  const energy = new Map<string, { into: Column; out: Column }>();
  for (const m of park.meters) if (m.medium === "electricity") energy.set(m.id, await read(m.id));
  const quarters = [...energy.values()][0]?.into.kwh.length ?? 0;
  const sum = (parts: readonly (readonly [Column | undefined, number])[]): Column => ({
    kwh: Array.from({ length: quarters }, (_, q) =>
      Math.max(
        0,
        parts.reduce((all, [c, sign]) => all + sign * (c?.kwh[q] ?? 0), 0),
      ),
    ),
    measured: Array.from({ length: quarters }, (_, q) => parts.every(([c]) => c?.measured[q] === true)),
  });

  const nodes: Node[] = [];
  for (const { id: enterprise } of park.enterprises) {
    const own = park.meters.filter((m) => m.enterprise === enterprise);
    const shared = new Set(
      park.meters
        .filter((m) => m.role === "grid" && m.enterprise !== null && m.enterprise !== enterprise)
        .flatMap((m) => above(m).map((a) => a.id)),
    );
    const inside = (m: Meter) => m.role === "grid" && m.enterprise === enterprise && !shared.has(m.id);
    const gates = own.filter((m) => inside(m) && !above(m).some(inside));
    const highest = (roles: readonly string[]) =>
      own.filter(
        (m) =>
          roles.includes(m.role) &&
          !above(m).some((a) => a.enterprise === enterprise && roles.includes(a.role)),
      );
    const gateOf = (m: Meter) =>
      gates.find((g) => g === m || above(m).includes(g)) ?? (gates.length === 1 ? gates[0] : undefined);
    for (const gate of [...gates, undefined]) {
      const at = (roles: readonly string[]) => highest(roles).filter((m) => gateOf(m) === gate);
      const [pv, use, packs] = [at(["pv"]), at(USE), at(["storage"])];
      if (pv.length + use.length + packs.length === 0) continue;
      const net = (list: readonly Meter[], plus: "into" | "out", minus: "into" | "out") =>
        sum(
          list.flatMap((m) => [
            [energy.get(m.id)?.[plus], 1] as const,
            [energy.get(m.id)?.[minus], -1] as const,
          ]),
        );
      const through = gate === undefined ? undefined : energy.get(gate.id);
      nodes.push({
        enterprise,
        hasGate: gate !== undefined,
        pv: net(pv, "out", "into"),
        use: net(use, "into", "out"),
        taken: sum(gate === undefined ? [] : [[through?.into, 1]]),
        given: sum(gate === undefined ? [] : [[through?.out, 1]]),
        batteries: packs.map((m) => ({
          of: batteries.find((b) => b.meter === m.id) ?? {
            meter: m.id,
            usableKwh: Number.POSITIVE_INFINITY,
            charge: 1,
            discharge: 1,
          },
          into: sum([[energy.get(m.id)?.into, 1]]),
          out: sum([[energy.get(m.id)?.out, 1]]),
          content: [0, 0, 0, 0, 0],
        })),
      });
    }
  }
  const networks = park.networks
    .filter((n) => n.kind !== "public")
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((n) =>
      n.members.flatMap((e) => {
        const all = nodes.filter((node) => node.enterprise === e);
        const withPv = all.filter((node) => node.pv.kwh.some((v) => v > 0));
        return withPv.length > 0 ? withPv : all;
      }),
    );

  const { settlements } = (await ask("/ledger/settlements?intervals=1")) as { settlements: Json[] };
  const hourly = settlements.filter((s) => s["month"] === month.name && Array.isArray(s["quarterHoursKwh"]));
  const sums = new Map<
    string,
    { use: number; taken: number; received: number; pv: number; matched: number; stored: number }
  >();
  const of = (enterprise: string) => {
    const found = sums.get(enterprise) ?? { use: 0, taken: 0, received: 0, pv: 0, matched: 0, stored: 0 };
    sums.set(enterprise, found);
    return found;
  };

  for (let q = 0; q < quarters; q++) {
    const v = (c: Column) => c.kwh[q] ?? 0;
    const state = nodes.map((node) => {
      const [made, used] = [v(node.pv), v(node.use)];
      const charged = node.batteries.reduce((all, b) => all + v(b.into), 0);
      const discharged = node.batteries.reduce((all, b) => all + v(b.out), 0);
      const own = Math.min(made, used + charged);
      const ownUse = charged === 0 ? own : (own * used) / (used + charged);
      const fromStore = Math.min(discharged, used - ownUse);
      const restUse = used - ownUse - fromStore;
      const restCharge = charged - (own - ownUse);
      const inside = [node.pv, node.use, ...node.batteries.flatMap((b) => [b.into, b.out])].every(
        (c) => c.measured[q],
      );
      return {
        node,
        used,
        charged,
        discharged,
        ownUse,
        ownCharge: own - ownUse,
        fromStore,
        restUse,
        restCharge,
        offer: node.hasGate ? Math.min(made - own, v(node.given)) : made - own,
        need: node.hasGate ? Math.min(restUse + restCharge, v(node.taken)) : restUse + restCharge,
        network: [0, 0],
        trade: [0, 0],
        unsure: 0,
        inside,
        all:
          inside && (!node.hasGate || (node.taken.measured[q] === true && node.given.measured[q] === true)),
      };
    });
    const serve = (s: (typeof state)[number], kwh: number, into: number[]) => {
      const rest = s.restUse + s.restCharge;
      const used = rest === 0 ? 0 : (kwh * s.restUse) / rest;
      into[0] = (into[0] ?? 0) + used;
      into[1] = (into[1] ?? 0) + kwh - used;
      s.restUse -= used;
      s.restCharge -= kwh - used;
      s.need -= kwh;
    };
    for (const members of networks) {
      const mine = state.filter((s) => members.includes(s.node));
      const offered = mine.reduce((all, s) => all + s.offer, 0);
      const needed = mine.reduce((all, s) => all + s.need, 0);
      const total = Math.min(offered, needed);
      if (total <= 0) continue;
      const unsure = mine.reduce((all, s) => all + (s.all ? 0 : s.offer), 0) / offered;
      for (const s of mine) {
        const gets = (total * s.need) / needed;
        s.offer -= (total * s.offer) / offered;
        s.unsure += gets * unsure;
        serve(s, gets, s.network);
      }
    }
    for (const one of hourly) {
      let left = Number((one["quarterHoursKwh"] as number[])[q] ?? 0);
      for (const s of state) {
        if (s.node.enterprise !== one["beneficiary"]) continue;
        const takes = Math.min(left, s.need);
        left -= takes;
        serve(s, takes, s.trade);
      }
    }
    for (const s of state) {
      const stored = [0, 0, 0, 0, 0];
      const isSure = s.all && s.unsure === 0;
      const mix = isSure
        ? [s.ownCharge, s.network[1] ?? 0, s.trade[1] ?? 0, s.restCharge, 0]
        : [0, 0, 0, 0, s.charged];
      for (const b of s.node.batteries) {
        const [into, out] = [v(b.into), v(b.out)];
        if (into > 0) {
          mix.forEach((kwh, k) => {
            const wh = Math.floor(((kwh * into) / s.charged) * 1000 + 1e-6);
            b.content[k] = (b.content[k] ?? 0) + Math.floor(wh * b.of.charge);
          });
          const has = b.content.reduce((x, y) => x + y, 0);
          const keeps = Math.min(1, (b.of.usableKwh * 1000) / Math.max(has, 1e-9));
          b.content.forEach((wh, k) => {
            b.content[k] = wh * keeps;
          });
        }
        const wh = Math.floor(out * 1000 + 1e-6);
        if (wh > 0) {
          const has = b.content.reduce((x, y) => x + y, 0);
          const needs = Math.ceil(wh / b.of.discharge);
          const takes = Math.min(has, needs);
          const gives = takes === needs ? wh : takes * b.of.discharge;
          b.content.forEach((one, k) => {
            const share = has > 0 ? one / has : 0;
            stored[k] = (stored[k] ?? 0) + gives * share;
            b.content[k] = one - takes * share;
          });
        }
      }
      const part = s.discharged > 0 ? s.fromStore / s.discharged / 1000 : 0;
      const [ownStored, networkStored, tradeStored] = stored.map((wh) => wh * part);
      const pvStored = (ownStored ?? 0) + (networkStored ?? 0);
      const networkUse = s.network[0] ?? 0;
      const to = of(s.node.enterprise);
      to.use += s.used;
      to.taken += v(s.node.taken);
      to.received += networkUse + (s.network[1] ?? 0);
      to.pv += s.ownUse + networkUse + pvStored;
      to.stored += pvStored;
      if (s.inside) to.matched += s.ownUse + pvStored + (tradeStored ?? 0);
      if (s.all) to.matched += Math.max(0, networkUse - s.unsure) + (s.trade[0] ?? 0);
    }
  }

  const documents = await documentsKwh(ask, settlements, month.name);
  let [use, green, matched, stored] = [0, 0, 0, 0];
  const carbonKg = new Map<string, number>();
  const media = new Map<string, number>();
  let counted = 0;
  for (const m of park.meters) {
    if (m.enterprise === null || (m.medium !== "gas" && m.medium !== "heat")) continue;
    const span = new URLSearchParams({
      scope: `meter:${m.id}`,
      medium: m.medium,
      from: month.from,
      to: month.to,
      resolution: "1d",
    });
    const { total } = (await ask(`/energy?${span}`)) as { total: { import: number } };
    const kg = total.import * (m.medium === "gas" ? GAS_KG_PER_M3 : HEAT_KG_PER_GJ);
    media.set(m.enterprise, (media.get(m.enterprise) ?? 0) + kg);
  }
  for (const [enterprise, s] of sums) {
    const said = documents.get(enterprise) ?? 0;
    const toBuy = Math.max(0, s.taken - s.received);
    use += s.use;
    green += s.pv + Math.min(said, toBuy, Math.max(0, s.use - s.pv));
    matched += s.matched;
    stored += s.stored;
    counted += Math.min(said, toBuy);
    const electricityKg = (toBuy - Math.min(said, toBuy)) * OTHER_KG_PER_KWH;
    carbonKg.set(`enterprise:${enterprise}`, electricityKg + (media.get(enterprise) ?? 0));
  }
  // What crosses the park's own edge; deliveries between members never do.
  const gates = park.meters.filter((m) => m.role === "grid" && m.parent === null);
  const bought = gates.reduce(
    (all, m) => all + (energy.get(m.id)?.into.kwh.reduce((a, b) => a + b, 0) ?? 0),
    0,
  );
  const mediaKg = [...media.values()].reduce((a, b) => a + b, 0);
  carbonKg.set("park", (bought - counted) * OTHER_KG_PER_KWH + mediaKg);
  return {
    useKwh: use,
    annualShare: green / use,
    hourMatchedShare: matched / use,
    storagePvKwh: stored,
    carbonKg,
  };
}

/** By beneficiary what documents cover in the month: of one project's generation the largest kind, once. */
async function documentsKwh(
  ask: Ask,
  settlements: readonly Json[],
  month: string,
): Promise<Map<string, number>> {
  const { lots, uses } = (await ask("/ledger/certificates")) as { lots: Json[]; uses: Json[] };
  const kinds = new Map<string, Map<string, number>>();
  const add = (project: unknown, generated: unknown, beneficiary: unknown, kind: string, kwh: number) => {
    const key = JSON.stringify([project, generated, beneficiary]);
    const found = kinds.get(key) ?? new Map<string, number>();
    kinds.set(key, found);
    found.set(kind, (found.get(kind) ?? 0) + kwh);
  };
  for (const s of settlements)
    if (s["month"] === month)
      add(s["project"], s["month"], s["beneficiary"], String(s["kind"]), Number(s["energyKwh"]));
  for (const use of uses) {
    if (use["purpose"] !== "allocated" || use["month"] !== month || use["released"] !== null) continue;
    for (const lot of lots) {
      if (lot["series"] !== use["series"] || lot["tradable"] !== true) continue;
      const count =
        Math.min(Number(lot["last"]), Number(use["last"])) -
        Math.max(Number(lot["first"]), Number(use["first"])) +
        1;
      if (count > 0)
        add(lot["project"], lot["month"], use["beneficiary"], "certificate", count * CERTIFICATE_KWH);
    }
  }
  const totals = new Map<string, number>();
  for (const [key, found] of kinds) {
    const beneficiary = String((JSON.parse(key) as unknown[])[2]);
    totals.set(beneficiary, (totals.get(beneficiary) ?? 0) + Math.max(...found.values()));
  }
  return totals;
}
