/** What a works of each sector would declare of a month at full work. */

/** Product and unit, amount, added value in 万元, waste in t and its used share, fresh and reused water in m³. */
export interface DeclaredWorks {
  readonly product?: readonly [name: string, unit: string, amount: number];
  readonly addedValue: number;
  readonly waste?: readonly [generated: number, usedShare: number];
  readonly water?: readonly [fresh: number, reused: number];
  /** Recoverable and recovered GJ of waste heat. */
  readonly heat?: readonly [recoverable: number, recovered: number];
  /** Tonnes of diesel for what moves inside the works. */
  readonly diesel: number;
}

/** Of a sector that is not in the table. */
const OFFICE: DeclaredWorks = {
  addedValue: 180,
  diesel: 0,
};

const WORKS: Readonly<Record<string, DeclaredWorks>> = {
  polysilicon: {
    product: ["多晶硅", "t", 1_500],
    addedValue: 9_200,
    waste: [420, 0.83],
    water: [96_000, 520_000],
    heat: [61_000, 38_000],
    diesel: 6,
  },
  "silicon-ingot": {
    product: ["单晶硅棒", "t", 1_180],
    addedValue: 6_100,
    waste: [95, 0.91],
    water: [48_000, 310_000],
    heat: [14_000, 7_400],
    diesel: 4,
  },
  "silicon-wafer": {
    product: ["硅片", "MW", 910],
    addedValue: 4_300,
    waste: [260, 0.88],
    water: [88_000, 390_000],
    diesel: 3,
  },
  "solar-cell": {
    product: ["电池片", "MW", 790],
    addedValue: 5_200,
    waste: [310, 0.79],
    water: [112_000, 430_000],
    heat: [9_800, 5_600],
    diesel: 3,
  },
  "solar-module": {
    product: ["组件", "MW", 640],
    addedValue: 3_900,
    waste: [140, 0.94],
    water: [9_000, 21_000],
    diesel: 5,
  },
  "lithium-battery": {
    product: ["锂电池", "MWh", 620],
    addedValue: 7_600,
    waste: [120, 0.9],
    water: [26_000, 118_000],
    heat: [8_200, 4_700],
    diesel: 3,
  },
  "cathode-material": {
    product: ["正极材料", "t", 1_420],
    addedValue: 4_800,
    waste: [180, 0.86],
    water: [31_000, 142_000],
    heat: [11_500, 6_900],
    diesel: 4,
  },
  "data-centre": {
    addedValue: 2_400,
    water: [14_000, 205_000],
    heat: [16_000, 5_200],
    diesel: 1,
  },
  carpet: {
    product: ["藏毯", "m²", 42_000],
    addedValue: 980,
    waste: [36, 0.92],
    water: [22_000, 64_000],
    diesel: 2,
  },
  wool: {
    product: ["毛纱", "t", 165],
    addedValue: 720,
    waste: [28, 0.89],
    water: [18_000, 47_000],
    diesel: 1,
  },
};

export function declaredWorks(sector: string): DeclaredWorks {
  return WORKS[sector] ?? OFFICE;
}
