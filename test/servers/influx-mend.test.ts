import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startInflux } from "../../servers/influx.ts";
import { mendInflux } from "../../servers/influx-mend.ts";
import { mendWal, wholeEntries } from "../../servers/influx-wal.ts";
import { whyMissing } from "../kit/servers.ts";

const entry = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.uint8Array({ minLength: 1, maxLength: 20 }))
  .map(([kind, data]) => Buffer.from([kind, 0, 0, 0, data.length, ...data]));

const kept = (bytes: Uint8Array) =>
  Buffer.concat(wholeEntries(bytes).map(({ from, to }) => bytes.subarray(from, to)));

describe("InfluxDB's write-ahead log", () => {
  test("whole entries are kept, a torn end and the zeros of earlier ones are not", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 30 }), entry), { maxLength: 6 }),
        entry,
        fc.nat(),
        (parts, last, cut) => {
          const whole = Buffer.concat(parts.map(([, bytes]) => bytes));
          const holed = Buffer.concat(parts.flatMap(([zeros, bytes]) => [Buffer.alloc(zeros), bytes]));
          const torn = last.subarray(0, cut % last.length);
          expect(kept(whole)).toEqual(whole);
          expect(kept(Buffer.concat([holed, torn]))).toEqual(whole);
          expect(kept(Buffer.concat([holed, Buffer.alloc(cut % 9)]))).toEqual(whole);
        },
      ),
    );
  });

  test("a folder that is not there yet has nothing to mend; other files are left alone", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lingtan-wal-"));
    try {
      expect(await mendWal(path.join(folder, "none"))).toEqual([]);
      const other = path.join(folder, "_00001.walx");
      await writeFile(other, "abc");
      const log = path.join(folder, "_00001.wal");
      await writeFile(log, Buffer.from([1, 0, 0, 0, 1, 7, 0, 0, 1, 0, 0, 0, 1, 8, 1, 0]));
      expect(await mendWal(folder)).toEqual([{ file: log, fromBytes: 16, toBytes: 12 }]);
      expect(await readFile(log)).toEqual(Buffer.from([1, 0, 0, 0, 1, 7, 1, 0, 0, 0, 1, 8]));
      expect(await mendWal(folder)).toEqual([]);
      expect(await readFile(other, "utf8")).toBe("abc");
      expect((await readdir(folder)).sort()).toEqual(["_00001.wal", "_00001.walx"]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

const missing = whyMissing("influx");

describe.skipIf(missing !== null)(`InfluxDB as we start it${missing === null ? "" : `: ${missing}`}`, () => {
  test("E13: a shard that was never finished is made again, one that holds data is left to a person", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lingtan-shard-"));
    const [dataDir, walDir] = [path.join(folder, "data"), path.join(folder, "wal")];
    const log = () => readFile(path.join(folder, "influxd.log"), "utf8");
    let server = await startInflux({ folder });
    try {
      const write = async (n: number) => {
        const url = `${server.url}/write?db=d`;
        const response = await fetch(url, { method: "POST", body: `r,m=a v=${n}i ${n}000000000` });
        await response.text();
        return response.status;
      };
      const make = new URLSearchParams({ q: "CREATE DATABASE d" });
      await (await fetch(`${server.url}/query`, { method: "POST", body: make })).text();
      expect(await write(1)).toBe(204);
      await server.stop();
      const manifest = path.join(dataDir, "d/autogen/1/index/0/MANIFEST");
      await writeFile(manifest, '{"levels":[');
      expect(await mendInflux({ dataDir, walDir })).toEqual([
        `${dataDir}/d/autogen/1/index cannot be read, and the shard holds data: expected to be made anew by influx_inspect buildtsi`,
      ]);
      // As a full disk leaves it when its first write was refused.
      await rm(path.join(walDir, "d/autogen/1"), { recursive: true });
      for (const name of await readdir(path.join(dataDir, "d/autogen/1")))
        if (name.endsWith(".tsm")) await rm(path.join(dataDir, "d/autogen/1", name));
      server = await startInflux({ folder, port: server.port });
      expect(await log()).toContain(`mended: ${dataDir}/d/autogen/1: never finished, and empty; taken away`);
      expect(await write(2)).toBe(204);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("E13: what it acknowledged after a torn write outlives the next start, and the one after it", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lingtan-torn-"));
    let server = await startInflux({ folder });
    try {
      const ask = async (what: string, text: string) => {
        const url = `${server.url}/${what}db=d`;
        const body = what === "query?" ? new URLSearchParams({ q: text }) : text;
        const response = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout(10_000) });
        expect(response.ok, await response.clone().text()).toBe(true);
        return await response.text();
      };
      const write = (n: number) => ask("write?", `r,m=a v=${n}i ${n}000000000`);
      const values = async () => /"values":(\[.*?\]\])/.exec(await ask("query?", "SELECT v FROM r"))?.[1];
      await ask("query?", "CREATE DATABASE d");
      await write(1);
      for (let n = 2; n <= 4; n++) {
        await server.kill();
        const log = path.join(folder, "wal/d/autogen/1/_00001.wal");
        await appendFile(log, Buffer.from([1, 0, 0, 0, 90, 3, 4, 5])); // the beginning of an entry
        server = await startInflux({ folder, port: server.port });
        await write(n);
      }
      const all = [1, 2, 3, 4].map((n) => [`1970-01-01T00:00:0${n}Z`, n]);
      expect(JSON.parse((await values()) ?? "null")).toEqual(all);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
