import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { ledgerCertificateRoutes } from "./ledger-certificates.ts";
import { ledgerEntryRoutes } from "./ledger-entries.ts";
import { ledgerFileRoutes } from "./ledger-files.ts";
import { ledgerSettlementRoutes } from "./ledger-settlements.ts";

/** Everything below /ledger: what was declared, by whom and on what evidence. */
export function ledgerRoutes(deps: RouteDeps): ApiApp {
  return newRoutes()
    .route("/", ledgerEntryRoutes(deps))
    .route("/", ledgerCertificateRoutes(deps))
    .route("/", ledgerSettlementRoutes(deps))
    .route("/", ledgerFileRoutes(deps));
}
