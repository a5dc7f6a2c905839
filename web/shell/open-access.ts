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

/** Takes the dialog away; on a phone its button went with the sheet, and the focus goes to what opens that. */
export function closeAccess(): void {
  accessDialog.value = null;
  // once it is gone and the browser has handed the focus to nobody
  requestAnimationFrame(() => {
    const opener = document.querySelector(".nav-bottom > button");
    if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus();
  });
}
