/** Whether the sun is up: enough to say that a PV array's silence at night costs no energy (E14). */

const RADIANS = Math.PI / 180;
const J2000_MS = Date.UTC(2000, 0, 1, 12);

/** The sun's elevation above the horizon in degrees, within about 0.3°. */
export function sunElevationDeg(
  location: { readonly latitude: number; readonly longitude: number },
  timeMs: number,
): number {
  const days = (timeMs - J2000_MS) / 86_400_000;
  const meanAnomaly = (357.529 + 0.98560028 * days) * RADIANS;
  const meanLongitude = 280.459 + 0.98564736 * days;
  const longitude =
    (meanLongitude + 1.915 * Math.sin(meanAnomaly) + 0.02 * Math.sin(2 * meanAnomaly)) * RADIANS;
  const obliquity = 23.439 * RADIANS;
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(longitude));
  const rightAscension = Math.atan2(Math.cos(obliquity) * Math.sin(longitude), Math.cos(longitude));
  const siderealDeg = 280.46061837 + 360.98564736629 * days + location.longitude;
  const hourAngle = siderealDeg * RADIANS - rightAscension;
  const latitude = location.latitude * RADIANS;
  const sine =
    Math.sin(latitude) * Math.sin(declination) +
    Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
  return Math.asin(Math.max(-1, Math.min(1, sine))) / RADIANS;
}
