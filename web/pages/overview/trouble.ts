import type { PanelProps } from "../../ui/panel.tsx";

/** Why a panel of the live picture has nothing to show, when that is tried again, and how to try now. */
export type Trouble = Pick<PanelProps, "problem" | "retryAt" | "onRetry">;
