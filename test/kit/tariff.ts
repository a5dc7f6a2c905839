/** A tariff to append to a park file: five bands, half-hour boundaries, a weekend, a festival and a worked Saturday. */
export const TARIFF_YAML = `
tariffs:
  - from: 2026-01-01T00:00:00+08:00
    name: { zh: 测试电价, en: Test tariff }
    currency: CNY
    authority: test
    figures: simulated
    holidays:
      - { id: spring-festival, name: { zh: 春节, en: Spring festival }, dates: [2027-02-06, 2027-02-07] }
    workedWeekends: [2026-11-21]
    prices: { peak: 0.9, flat: 0.5, valley: 0.25 }
    seasons:
      - months: [1, 2, 3, 4, 5, 6, 9, 10, 11, 12]
        prices: { deepValley: 0.1 }
        days:
          workday: { "00:00-08:00": valley, "08:00-10:30": flat, "10:30-12:00": peak, "12:00-18:00": flat, "18:00-22:30": peak, "22:30-24:00": flat }
          weekend: { "00:00-24:00": flat }
          spring-festival: { "00:00-10:00": flat, "10:00-16:00": deepValley, "16:00-24:00": flat }
      - months: [7, 8]
        prices: { sharp: 1.1 }
        days:
          workday: { "00:00-08:00": valley, "08:00-20:00": flat, "20:00-22:00": sharp, "22:00-24:00": flat }
`;
