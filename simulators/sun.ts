/** The sun over a place and what falls on a tilted array. Angles are radians inside, degrees at the edges. */

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitudeM: number;
}

export interface SunPosition {
  /** Cosine of the angle from the zenith; negative below the horizon. */
  readonly cosZenith: number;
  /** Clockwise from north, degrees. */
  readonly azimuthDeg: number;
  /** Square of the mean over the actual distance to the sun. */
  readonly eccentricity: number;
}

interface Irradiance {
  /** Direct normal, W/m². */
  readonly beam: number;
  /** Diffuse on the horizontal, W/m². */
  readonly diffuse: number;
  /** Global on the horizontal, W/m². */
  readonly global: number;
}

const RAD = Math.PI / 180;

/**
 * Declination, equation of time and eccentricity after Spencer (1971), hour angle from the true solar time.
 * Good to about half a degree, which is finer than any roof is surveyed.
 */
export function sunPosition(place: Place, timeMs: number): SunPosition {
  const date = new Date(timeMs);
  const yearStartMs = Date.UTC(date.getUTCFullYear(), 0, 1);
  const g = (2 * Math.PI * (timeMs - yearStartMs)) / 31_557_600_000;
  const declination =
    0.006918 -
    0.399912 * Math.cos(g) +
    0.070257 * Math.sin(g) -
    0.006758 * Math.cos(2 * g) +
    0.000907 * Math.sin(2 * g) -
    0.002697 * Math.cos(3 * g) +
    0.00148 * Math.sin(3 * g);
  const equationMin =
    229.18 *
    (0.000075 +
      0.001868 * Math.cos(g) -
      0.032077 * Math.sin(g) -
      0.014615 * Math.cos(2 * g) -
      0.040849 * Math.sin(2 * g));
  const eccentricity =
    1.00011 +
    0.034221 * Math.cos(g) +
    0.00128 * Math.sin(g) +
    0.000719 * Math.cos(2 * g) +
    0.000077 * Math.sin(2 * g);
  const utcMin = (timeMs % 86_400_000) / 60_000;
  const hourAngle = ((utcMin + equationMin) / 4 + place.longitude - 180) * RAD;
  const latitude = place.latitude * RAD;
  const cosZenith =
    Math.sin(latitude) * Math.sin(declination) +
    Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
  // South of the observer is π; the hour angle is negative in the morning.
  const azimuth = Math.atan2(
    Math.sin(hourAngle),
    Math.cos(hourAngle) * Math.sin(latitude) - Math.tan(declination) * Math.cos(latitude),
  );
  return { cosZenith, azimuthDeg: (azimuth / RAD + 180) % 360, eccentricity };
}

/** Air mass after Kasten and Young (1989). */
function airMass(cosZenith: number): number {
  const zenithDeg = Math.acos(Math.min(1, Math.max(-1, cosZenith))) / RAD;
  return 1 / (Math.max(0, cosZenith) + 0.50572 * (96.07995 - zenithDeg) ** -1.6364);
}

/**
 * Clear-sky irradiance: direct beam by Laue's fit with altitude (as given in Meinel & Meinel, 1976), a tenth of it diffuse;
 * clouds take from the global after Kasten and Czeplak (1980) and from the beam almost in proportion.
 * @param cloud share of the sky covered, 0…1.
 */
export function irradiance(place: Place, sun: SunPosition, cloud: number): Irradiance {
  if (sun.cosZenith <= 0.01) return { beam: 0, diffuse: 0, global: 0 };
  const km = Math.min(4, Math.max(0, place.altitudeM / 1000));
  const depth = 0.7 ** (airMass(sun.cosZenith) ** 0.678);
  const clearBeam = 1353 * sun.eccentricity * ((1 - 0.14 * km) * depth + 0.14 * km);
  // Laue's altitude term does not fade at the horizon: the last five degrees are eased in.
  const rising = Math.min(1, sun.cosZenith / 0.087);
  const clearGlobal = clearBeam * rising * (sun.cosZenith + 0.1 * Math.sqrt(sun.cosZenith));
  const global = clearGlobal * (1 - 0.75 * cloud ** 3.4);
  const beam = Math.min(clearBeam * rising * (1 - cloud) ** 1.2, (0.95 * global) / sun.cosZenith);
  return { beam, diffuse: global - beam * sun.cosZenith, global };
}

/** Irradiance on a tilted plane, W/m²: beam, isotropic sky, and a fifth of the ground's light. */
export function planeOfArray(
  sun: SunPosition,
  light: Irradiance,
  tiltDeg: number,
  azimuthDeg: number,
): number {
  if (light.global <= 0) return 0;
  const tilt = tiltDeg * RAD;
  const sinZenith = Math.sqrt(Math.max(0, 1 - sun.cosZenith * sun.cosZenith));
  const cosIncidence =
    sun.cosZenith * Math.cos(tilt) +
    sinZenith * Math.sin(tilt) * Math.cos((sun.azimuthDeg - azimuthDeg) * RAD);
  return (
    light.beam * Math.max(0, cosIncidence) +
    (light.diffuse * (1 + Math.cos(tilt))) / 2 +
    (light.global * 0.2 * (1 - Math.cos(tilt))) / 2
  );
}

export interface PvArray {
  readonly capacityKwp: number;
  readonly tiltDeg: number;
  readonly azimuthDeg: number;
  /** When it began, epoch ms. */
  readonly commissionedMs: number;
  /** What its inverters can give, kW. */
  readonly inverterKw: number;
}

/**
 * AC power of an array, kW: cell temperature by NOCT 45 °C, −0.35 %/K, 14 % of system losses, 1.5 % in the first
 * year and 0.5 % in each after it, clipped at the inverters.
 */
export function arrayPowerKw(array: PvArray, planeWm2: number, temperatureC: number, timeMs: number): number {
  if (planeWm2 <= 0) return 0;
  const cellC = temperatureC + planeWm2 * (25 / 800);
  const years = Math.max(0, (timeMs - array.commissionedMs) / 31_557_600_000);
  const age = Math.max(0.5, 1 - 0.015 * Math.min(1, years) - 0.005 * Math.max(0, years - 1));
  const dc = array.capacityKwp * (planeWm2 / 1000) * (1 - 0.0035 * (cellC - 25)) * 0.86 * age;
  return Math.max(0, Math.min(array.inverterKw, dc));
}
