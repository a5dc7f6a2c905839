import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

/** A password made once and kept in a file that only its owner reads. */
export async function keptPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch {
    const password = randomBytes(18).toString("base64url");
    await writeFile(file, `${password}\n`, { mode: 0o600, flag: "wx" });
    return password;
  }
}

/** A settings file that lies beside this one. */
export function settingsText(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), "utf8");
}
