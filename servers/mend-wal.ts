import { mendWal } from "./influx-wal.ts";

/**
 * `npm run mend-wal -- FOLDER`: mends InfluxDB 1.x's write-ahead logs while it is stopped, such as in
 * /var/lib/influxdb/wal; prints those that were not whole. docs/engines.md says why.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write(
    "expected the folder of the logs (wal-dir in influxdb.conf), such as /var/lib/influxdb/wal\n",
  );
  process.exitCode = 2;
} else {
  const mended = await mendWal(folder);
  for (const { file, fromBytes, toBytes } of mended)
    process.stdout.write(`${file}: ${fromBytes} bytes, ${toBytes} kept\n`);
  process.stdout.write(`${mended.length} of the logs were not whole\n`);
}
