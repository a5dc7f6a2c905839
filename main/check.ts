import { EXIT } from "./exit.ts";
import { readParkFile } from "./park-file.ts";
import { type Context, parse } from "./prepare.ts";

/** The command `check`: every problem of a park file. */

export async function check(context: Context): Promise<number> {
  const { positionals } = parse(context.args, {}, true);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    process.stderr.write("usage: lingtan check FILE\n");
    return EXIT.usage;
  }
  const park = readParkFile(file);
  const real = park.meters.filter((m) => m.sum === null).length;
  process.stdout.write(
    `${file}: ${park.name.zh} ${park.name.en}, ${park.enterprises.length} enterprises, ${park.meters.length} meters (${real} real), ${park.assets.length} assets: no problem found\n`,
  );
  return EXIT.ok;
}
