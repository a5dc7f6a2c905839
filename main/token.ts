import { issueCredential } from "../api/access.ts";
import { type Problem, show } from "../park/problems.ts";
import { ACCOUNT_ROLES } from "../store/ledger.ts";
import { EXIT } from "./exit.ts";
import { type Context, makeLog, parse, prepare, whole } from "./prepare.ts";
import { makeStores } from "./stores.ts";

/** The command `token`: prints a new token and nothing else. */

export async function token(context: Context): Promise<number> {
  const { values } = parse(context.args, {
    role: { type: "string" },
    enterprise: { type: "string" },
    label: { type: "string" },
    days: { type: "string" },
  });
  const problems: Problem[] = [];
  const role = ACCOUNT_ROLES.find((r) => r === values.role);
  if (role === undefined)
    problems.push({ path: "--role", expected: ACCOUNT_ROLES.join(", "), found: show(values.role) });
  const days = values.days === undefined ? null : whole(values.days, "--days", 0, 1, 3_650, problems);
  const { settings, park } = prepare(context, problems, (_, loaded) => {
    if (
      role === "enterprise"
        ? values.enterprise === undefined || !loaded.enterpriseById.has(values.enterprise)
        : values.enterprise !== undefined
    ) {
      problems.push({
        path: "--enterprise",
        expected: role === "enterprise" ? "an enterprise of the park" : "nothing for this role",
        found: show(values.enterprise),
      });
    }
  });
  const log = makeLog(settings);
  const stores = makeStores(settings, park, log);
  await stores.lock();
  try {
    await stores.ledger.start();
    const { secret } = await issueCredential(stores.ledger, {
      kind: "token",
      role: role ?? "office",
      enterprise: values.enterprise ?? null,
      label: values.label ?? "command line",
      nowMs: Date.now(),
      ...(days === null ? {} : { lifetimeMs: days * 86_400_000 }),
    });
    await stores.ledger.stop();
    process.stdout.write(`${secret}\n`);
    return EXIT.ok;
  } finally {
    await stores.stop();
  }
}
