import type { CarbonAnswer } from "../../../api/answers/carbon.ts";
import type { Asked } from "../../api.ts";
import { percent, quantity } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { Panel } from "../../ui/panel.tsx";

/** Why not the share that is advertised: the grid's clean share beside what the national method counts as zero. */
export function ClaimPanel({ carbon }: { carbon: Asked<CarbonAnswer> }) {
  const claim = carbon.data?.cleanShareClaim;
  const advertised = claim?.advertised ?? null;
  return (
    <Panel
      room={[231, 338]}
      title={
        advertised === null
          ? t("carbon.claim.titlePlain")
          : t("carbon.claim.title", { share: percent(advertised.share, 0) })
      }
      loading={claim === undefined}
      problem={carbon.problem}
      retryAt={carbon.retryAt}
      onRetry={carbon.reload}
    >
      {claim !== undefined && (
        <div class="claim">
          <dl class="claim-pair">
            <div>
              <dt>{t("carbon.claim.advertised")}</dt>
              <dd>
                <b>{advertised === null ? "—" : percent(advertised.share)}</b>
              </dd>
              <dd class="note">
                {advertised === null
                  ? claim.missing !== null && nameOf(claim.missing)
                  : sideOf(advertised.declared.evidence)}
              </dd>
            </div>
            <div>
              <dt>{t("carbon.claim.national")}</dt>
              <dd>
                <b>{percent(claim.national.share)}</b>
              </dd>
              <dd class="note">
                {t("carbon.claim.parts", {
                  direct: quantity("energy", claim.national.directKwh),
                  contracts: quantity("energy", claim.national.contractsKwh),
                  pv: quantity("energy", claim.national.ownPvKwh),
                  all: quantity("energy", claim.national.consumedKwh),
                })}
              </dd>
            </div>
          </dl>
          <p>{nameOf(claim.why)}</p>
        </div>
      )}
    </Panel>
  );
}
