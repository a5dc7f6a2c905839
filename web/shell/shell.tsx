import { Component, type ComponentChildren, type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { nameOf, t } from "../i18n/i18n.ts";
import { startLive } from "../live.ts";
import { HOMES, type PageEntry, type PageProps, pageOf, type Role } from "../pages.ts";
import { park, startPark } from "../park.ts";
import { go, linkTo, place } from "../router.ts";
import { kiosk, signedOut } from "../state.ts";
import { LateWords } from "../ui/panel.tsx";
import { Banner } from "./banner.tsx";
import { Header } from "./header.tsx";
import { accessDialog, closeAccess } from "./open-access.ts";
import { PhoneNav } from "./phone-nav.tsx";
import { SignIn } from "./sign-in.tsx";

/** A page that throws takes itself down, never the bar or the live link; another page starts afresh. */
class Guard extends Component<{ children: ComponentChildren }, { failed: string | null }> {
  override state: { failed: string | null } = { failed: null };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ failed: error instanceof Error ? error.message : String(error) });
  }

  override render() {
    return this.state.failed === null ? this.props.children : <PageFailed why={this.state.failed} />;
  }
}

function PageFailed({ why }: { why: string }) {
  return (
    <section class="panel lone">
      <h1 class="panel-title">{t("shell.pageFailed")}</h1>
      <p class="quiet">{why}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {t("shell.reload")}
      </button>
    </section>
  );
}

function NotFound() {
  return (
    <section class="panel lone">
      <h1 class="panel-title">{t("shell.notFound.title")}</h1>
      <p>{t("shell.notFound.text", { path: place.value.path })}</p>
      <a class="button" href={linkTo("/")}>
        {t("shell.notFound.home")}
      </a>
    </section>
  );
}

/** A page that this account has not: whose it is said plainly, and where to go instead. */
function NotYours({ role, title }: { role: Role; title: string }) {
  return (
    <section class="panel lone">
      <h2 class="panel-title">{t("shell.notYours.title", { page: title })}</h2>
      <p>{t("shell.notYours.text", { who: t(`access.roles.${role}`) })}</p>
      <a class="button" href={linkTo(HOMES[role])}>
        {t(`shell.nav.${pageOf(HOMES[role])?.page.nav ?? "overview"}`)}
      </a>
    </section>
  );
}

function PageHost({ page, rest }: { page: PageEntry; rest: string | null }) {
  const [loaded, setLoaded] = useState<{ page: PageEntry; Page: ComponentType<PageProps> } | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    page.load().then(
      (module) => {
        if (wanted) setLoaded({ page, Page: module.Page });
      },
      (error: unknown) => {
        if (wanted) setFailed(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      wanted = false;
    };
  }, [page]);
  if (failed !== null) return <PageFailed why={failed} />;
  if (loaded === null || loaded.page !== page) return <LateWords />;
  const { Page } = loaded;
  return <Page rest={rest} />;
}

/** The frame around every page. */
export function Shell() {
  const { path } = place.value;
  const signIn = signedOut.value || path === "/sign-in";
  const found = pageOf(path);
  const Dialog = accessDialog.value;
  const title = found === null ? t("shell.notFound.title") : t(`shell.nav.${found.page.nav}`);
  const role = park.value?.caller.role;
  const home = role === undefined ? "/" : HOMES[role];
  const parkName = park.value === null ? "" : ` · ${nameOf(park.value.name)}`;

  useEffect(() => {
    document.title = `${signIn ? t("signIn.title") : title} · ${t("shell.name")}${parkName}`;
  });
  // an account without the overview starts with what is its own
  useEffect(() => {
    if (!signIn && path === "/" && home !== "/") go(linkTo(home), true);
  }, [signIn, path, home]);
  useEffect(() => {
    if (signIn) return;
    const stops = [startPark(), startLive()];
    return () => {
      for (const stop of stops) stop();
    };
  }, [signIn]);

  if (signIn) return <SignIn />;
  return (
    <>
      <a class="skip" href="#main">
        {t("shell.skip")}
      </a>
      <Header />
      <Banner />
      <main id="main" tabIndex={-1} class={found === null ? undefined : `page page-${found.page.nav}`}>
        {found === null ? (
          <NotFound />
        ) : (
          <Guard key={found.page.path}>
            <h1 class="visually-hidden">{title}</h1>
            {role === undefined || found.page.roles.includes(role) ? (
              <PageHost page={found.page} rest={found.rest} />
            ) : (
              <NotYours role={role} title={title} />
            )}
          </Guard>
        )}
      </main>
      {!kiosk.value && <PhoneNav />}
      {Dialog !== null && <Dialog onClose={closeAccess} />}
    </>
  );
}
