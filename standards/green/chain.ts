import { type GreenDay, isSameContent, noContent } from "./day-result.ts";
import type { GreenLayout } from "./layout.ts";

/** Days that follow each other: each begins with what the storages held when the one before ended. */

/** A day's result and the key of all that went into it but the content it began with. */
export interface KeptDay {
  readonly key: string;
  readonly layout: GreenLayout;
  readonly day: GreenDay;
}

/** True where a kept day was made of the same inputs and the same checkpoint: it need not be made again. */
export function isCurrent(kept: KeptDay | undefined, key: string, start: Float64Array): kept is KeptDay {
  return kept !== undefined && kept.key === key && isSameContent(kept.day.startContent, start);
}

/**
 * The content with which a day begins that follows `before`, by the storages' ids where the park has changed between.
 * A storage behind another connection begins with what it holds; one that is new begins with nothing.
 */
export function contentAfter(before: KeptDay | null, layout: GreenLayout): Float64Array {
  if (before === null) return noContent(layout);
  if (before.layout === layout) return before.day.endContent;
  const content = noContent(layout);
  const sources = layout.storages.length === 0 ? 0 : content.length / layout.storages.length;
  layout.storages.forEach((storage, place) => {
    const was = before.layout.storagePlace.get(storage.id);
    if (was === undefined) return;
    content.set(before.day.endContent.subarray(was * sources, (was + 1) * sources), place * sources);
  });
  return content;
}
