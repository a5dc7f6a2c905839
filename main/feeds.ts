import type { Logger } from "pino";
import type { Park } from "../park/park.ts";
import { EmitterFeed } from "../store/feed/emitter.ts";
import { MqttFeedReader, MqttFeedWriter } from "../store/feed/mqtt.ts";
import type { FeedReader, FeedWriter } from "../store/feed.ts";
import type { Settings } from "./settings.ts";

/** The ends of the feed that a process needs. */
export interface Feeds {
  /** What the api reads. */
  readonly reader: FeedReader;
  /** What ingest writes. */
  readonly writer: FeedWriter;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Within one process the feed needs no broker; between processes it runs over theirs. */
export function makeFeeds(
  settings: Settings,
  park: Park,
  parts: { readonly ingest: boolean; readonly api: boolean },
  log: Logger,
): Feeds {
  const inside = new EmitterFeed();
  if (parts.ingest === parts.api || settings.mqtt === null) {
    return { reader: inside, writer: inside, start: () => inside.start(), stop: () => inside.stop() };
  }
  const options = {
    ...settings.mqtt,
    park: park.id,
    onProblem: (problem: unknown) => log.warn({ err: problem }, "something on the feed was not understood"),
  };
  if (parts.ingest) {
    const writer = new MqttFeedWriter(options);
    return { reader: inside, writer, start: () => writer.start(), stop: () => writer.stop() };
  }
  const reader = new MqttFeedReader(options);
  return { reader, writer: inside, start: () => reader.start(), stop: () => reader.stop() };
}
