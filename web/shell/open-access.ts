import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

/** The access dialog while it is open. Its code comes when it is first asked for. */
export const accessDialog = signal<ComponentType<{ onClose: () => void }> | null>(null);

export function openAccess(): void {
  import("./access.tsx").then(
    (module) => {
      accessDialog.value = module.AccessDialog;
    },
    (error: unknown) => console.error(error),
  );
}

export function closeAccess(): void {
  accessDialog.value = null;
}
