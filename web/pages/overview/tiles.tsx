import type { LiveAnswer } from "../../../api/answers/live.ts";
import type { ApiProblem } from "../../api.ts";
import { DASH, fixed, quantity, significant, THIN, type Unit, unitFor, withUnit } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { Figure, type FigureProps } from "../../ui/figure.tsx";
import { StatusWord } from "../../ui/glyph.tsx";
import { sumsOf } from "./moment.ts";

type Tile = Pick<FigureProps, "label" | "value" | "unit" | "note" | "source">;

const POWER_TILES = ["use", "grid", "solar", "storageIn"] as const;

/** Below a tenth of the unit two decimals say enough: a night's −0.04 MW, not −0.0380. */
function figure(kw: number | null, unit: Unit): { value: string | null; unit: string } {
  if (kw === null) return { value: null, unit: unit.text };
  const value = kw / unit.per;
  const small = Math.abs(value) < 0.1 && value !== 0 && unit.per > 1;
  return { value: small ? fixed(value, 2) : significant(value), unit: unit.text };
}

function tilesOf(answer: LiveAnswer): Tile[] {
  const { sources, uses, today } = answer;
  const { yesterday } = sumsOf(answer);
  const day = yesterday ? "yesterday" : "today";
  const least = (text: string): string => (today.complete || text === DASH ? text : `≥${THIN}${text}`);
  // What is being made is told to be, and not drawn as missing.
  const made = (words: string): string => (today.making ? t("overview.tiles.making") : words);
  const sum = (kwh: number | null): string =>
    made(t(`overview.tiles.${day}`, { value: least(quantity("energy", kwh)) }));
  // one unit for all tiles, by the largest: they are read against each other
  const unit = unitFor("power", [uses.useKw, sources.gridImportKw, sources.pvKw]);
  const power = (kw: number | null) => figure(kw, unit);
  const hasStorage = uses.storageInKw !== null || sources.storageOutKw !== null;
  const net = hasStorage ? (uses.storageInKw ?? 0) - (sources.storageOutKw ?? 0) : null;
  const discharging = net !== null && net < 0;
  const inOut = unitFor("energy", [today.storageInKwh, today.storageOutKwh]);
  const whole = (kwh: number | null): string => fixed(kwh === null ? null : kwh / inOut.per, 0);
  return [
    { label: t("overview.tiles.use"), source: "use", ...power(uses.useKw), note: sum(today.useKwh) },
    {
      label: t("overview.tiles.grid"),
      source: "grid",
      ...power(sources.gridImportKw),
      note: sum(today.gridImportKwh),
    },
    { label: t("overview.tiles.solar"), source: "solar", ...power(sources.pvKw), note: sum(today.pvKwh) },
    {
      label: t(discharging ? "overview.tiles.storageOut" : "overview.tiles.storageIn"),
      source: discharging ? "discharge" : "charge",
      ...power(net === null ? null : Math.abs(net)),
      note: made(
        t(`overview.tiles.${day}InOut`, {
          in: whole(today.storageInKwh),
          out: withUnit(whole(today.storageOutKwh), inOut.text),
        }),
      ),
    },
    {
      label: t("overview.tiles.selfSupply"),
      value: answer.selfSupplyShare === null ? null : significant(answer.selfSupplyShare * 100),
      unit: "%",
      note: made(
        t(`overview.tiles.${day}`, {
          value: withUnit(fixed(today.selfSupplyShare === null ? null : today.selfSupplyShare * 100, 1), "%"),
        }),
      ),
    },
  ];
}

/** The five figures of now with today's sums; before the first picture grey blocks or what failed. */
export function Tiles({ answer, problem }: { answer: LiveAnswer | null; problem: ApiProblem | null }) {
  const tiles: Tile[] =
    answer !== null
      ? tilesOf(answer)
      : [
          ...POWER_TILES.map(
            (id): Tile => ({
              label: t(`overview.tiles.${id}`),
              source: id === "storageIn" ? "charge" : id,
              value: null,
              unit: "MW",
            }),
          ),
          { label: t("overview.tiles.selfSupply"), value: null, unit: "%" },
        ];
  const waiting =
    problem === null ? THIN : <StatusWord status="broken">{t(`ui.problem.${problem.code}`)}</StatusWord>;
  return (
    <section class="panel tiles" aria-label={t("overview.tiles.label")}>
      {tiles.map((tile, i) => (
        <div class="tile" key={i === 3 ? "storage" : String(tile.label)}>
          <Figure {...tile} loading={answer === null && problem === null} note={tile.note ?? waiting} />
        </div>
      ))}
    </section>
  );
}
