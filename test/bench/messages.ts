import { displayCenti } from "./readings.ts";

/** What the publishers send, and what is said between them and the bench. */

export interface PublishOrder {
  readonly kind: "publish";
  readonly host: string;
  readonly port: number;
  readonly park: string;
  readonly meters: readonly { readonly id: string; readonly channel: string }[];
  /** Time of every meter's first reading. */
  readonly fromMs: number;
  /** Time between a meter's readings. */
  readonly everyMs: number;
  /** Readings in a message, of one meter and one after the other; one unless it is said. */
  readonly perMessage?: number;
  readonly lateShare: number;
  /** Ends after so many messages or seconds; then the late ones follow. */
  readonly limit: number;
  readonly seconds: number;
  /** Messages; null: as fast as acknowledgements come. */
  readonly perSecond: number | null;
  /**
   * Messages acknowledged and not yet told as taken, at most: beyond, the run would measure how a broker keeps a queue.
   * Null where the acknowledgement itself says that it is taken.
   */
  readonly mostAhead: number | null;
}

/** How many messages the taker has taken so far. */
export interface Taken {
  readonly kind: "taken";
  readonly count: number;
}

/** Messages acknowledged. */
export type PublisherNews =
  | { readonly kind: "acknowledged"; readonly timeMs: number; readonly count: number }
  | { readonly kind: "done"; readonly timeMs: number; readonly count: number };

/** Topic and payload of the messages of an order, by index. */
export function messagesOf(order: PublishOrder): (index: number) => { topic: string; payload: string } {
  const { park, meters, perMessage = 1, fromMs, everyMs } = order;
  const topics = meters.map((m) => `parks/${park}/meters/${m.id}/readings`);
  return (index) => {
    const meter = index % meters.length;
    const channel = meters[meter]?.channel ?? "";
    const first = Math.floor(index / meters.length) * perMessage;
    const readings: string[] = [];
    for (let k = first; k < first + perMessage; k++) {
      const time = new Date(fromMs + k * everyMs).toISOString();
      const display = displayCenti(meter, k) / 100;
      readings.push(`{"time":"${time}","${channel}":${display},"powerKw":${(k % 97) + 0.5}}`);
    }
    const payload = perMessage === 1 ? (readings[0] ?? "") : `[${readings.join(",")}]`;
    return { topic: topics[meter] ?? "", payload };
  };
}
