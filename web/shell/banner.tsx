import { duration } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { link, live, reconnectNow, tick } from "../live.ts";
import { parkZone } from "../state.ts";
import { clock } from "../time.ts";
import { StatusWord } from "../ui/glyph.tsx";

/** One banner while the live link is down: since when, of when the values are, when it is tried again, and now. */
export function Banner() {
  const now = link.value;
  if (now.kind !== "down") return null;
  const wait = duration(Math.max(0, (now.retryAt - tick.value) / 1000));
  const attempt = now.attempt;
  const last = live.value;
  return (
    <div class="banner">
      <div role="alert">
        <StatusWord status="broken">
          <b>{t("shell.banner.lost", { age: duration((tick.value - now.since) / 1000) })}</b>
        </StatusWord>
      </div>
      <span class="banner-text">
        {last === null
          ? t("shell.banner.nothing", { wait, attempt })
          : t("shell.banner.kept", {
              time: clock(Date.parse(last.answer.time), parkZone.value),
              wait,
              attempt,
            })}
      </span>
      <button type="button" class="button" onClick={reconnectNow}>
        {t("shell.banner.now")}
      </button>
    </div>
  );
}
