import { existsSync } from "node:fs";
import path from "node:path";
import { mendInflux } from "./influx-mend.ts";

/**
 * `npm run mend-influx -- FOLDER`: mends InfluxDB's files while it is stopped, in FOLDER/data and FOLDER/wal, such as of
 * /var/lib/influxdb; prints what was not whole. docs/engines.md says why.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined || !existsSync(path.join(folder, "wal"))) {
  const found = folder === undefined ? "nothing" : folder;
  process.stderr.write(
    `expected the folder in which data and wal lie, such as /var/lib/influxdb; found ${found}\n`,
  );
  process.exitCode = 2;
} else {
  const lines = await mendInflux({ dataDir: path.join(folder, "data"), walDir: path.join(folder, "wal") });
  for (const line of lines) process.stdout.write(`${line}\n`);
  process.stdout.write(lines.length === 0 ? "nothing to mend\n" : "");
}
