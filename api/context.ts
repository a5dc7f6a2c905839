import type { Logger } from "pino";
import type { AccountRole } from "../store/ledger.ts";

/** Who asks: an account's role and, of an enterprise account, its enterprise. */
export interface Actor {
  readonly credentialId: string;
  /** What the office called the credential; of a page's session, of the token that it was signed in with. */
  readonly label: string;
  readonly role: AccountRole;
  readonly enterprise: string | null;
}

/** What a request carries through the app. */
export interface ApiEnv {
  Variables: {
    requestId: string;
    log: Logger;
    actor: Actor;
    /** Whether the credential of this request is still good: for answers that go on. @throws StoreError */
    stillGood: () => Promise<boolean>;
  };
}
