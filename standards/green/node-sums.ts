import { FIELD, type GreenDay, HOURS, NODE_FIELD_COUNT, NODE_HOURS } from "./day-result.ts";
import type { FlowRoom } from "./flow-room.ts";
import { NETWORK_PV, OWN_PV, SOURCE_COUNT, STATE, TRADE } from "./layout.ts";
import { MOST_QUARTERS, type ServedRoom } from "./served.ts";
import { addTo } from "./split.ts";

/** Adds a node's day up: its fields, and its hours by local hour. */
export function addUpNode(
  node: number,
  hourOf: Uint8Array,
  room: FlowRoom,
  day: ServedRoom,
  result: GreenDay,
): void {
  const fields = result.nodes.subarray(node * NODE_FIELD_COUNT, (node + 1) * NODE_FIELD_COUNT);
  const hours = result.hours.subarray(node * NODE_HOURS, (node + 1) * NODE_HOURS);
  const { use, pv, sure: sures, taken, given, charge, discharge } = room;
  const { ownUse, offer, isServed: served } = day;
  const first = room.at(node);
  let pvSum = 0;
  let useSum = 0;
  let takenSum = 0;
  let givenSum = 0;
  let ownSum = 0;
  let exportedSum = 0;
  let chargedSum = 0;
  let dischargeSum = 0;
  let matchedOwn = 0;
  let hour = hourOf[0] ?? 0;
  let usedInHour = 0;
  let matchedInHour = 0;
  for (let q = 0; q < hourOf.length; q++) {
    const at = node * MOST_QUARTERS + q;
    const here = first + q;
    if (hourOf[q] !== hour) {
      hours[hour] = (hours[hour] ?? 0) + usedInHour;
      hours[HOURS + hour] = (hours[HOURS + hour] ?? 0) + matchedInHour;
      hour = hourOf[q] ?? 0;
      useSum += usedInHour;
      usedInHour = 0;
      matchedInHour = 0;
    }
    const own = ownUse[at] ?? 0;
    const sure = sures[here] ?? 0;
    pvSum += pv[here] ?? 0;
    usedInHour += use[here] ?? 0;
    takenSum += taken[here] ?? 0;
    givenSum += given[here] ?? 0;
    ownSum += own;
    exportedSum += offer[at] ?? 0;
    if (sure >= 1) {
      matchedInHour += own;
      matchedOwn += own;
    }
    const charged = charge[here] ?? 0;
    if (charged > 0) chargedSum += addCharge(day, at, charged, fields);
    const discharged = discharge[here] ?? 0;
    dischargeSum += discharged;
    if (discharged > 0 || served[at] === 1) matchedInHour += addServed(day, at, sure, fields);
  }
  hours[hour] = (hours[hour] ?? 0) + usedInHour;
  hours[HOURS + hour] = (hours[HOURS + hour] ?? 0) + matchedInHour;
  useSum += usedInHour;
  fields[FIELD.pv] = pvSum;
  fields[FIELD.use] = useSum;
  fields[FIELD.taken] = takenSum;
  fields[FIELD.given] = givenSum;
  fields[FIELD.ownUse] = ownSum;
  fields[FIELD.exported] = exportedSum;
  fields[FIELD.discharge] = dischargeSum;
  fields[FIELD.matchedOwn] = matchedOwn;
  fields[FIELD.kept] = pvSum - ownSum - chargedSum - exportedSum - (fields[FIELD.gave] ?? 0);
  if (room.hasUse[node] === 1) addKnown(room, node, hourOf, fields, hours);
}

/** Adds up what charging took; answers its own PV. */
function addCharge(day: ServedRoom, at: number, charged: number, fields: Float64Array): number {
  const own = day.ownCharge[at] ?? 0;
  addTo(fields, FIELD.charge, charged);
  addTo(fields, FIELD.ownCharge, own);
  addTo(fields, FIELD.networkCharge, day.networkCharge[at] ?? 0);
  addTo(fields, FIELD.lineCharge, day.lineCharge[at] ?? 0);
  addTo(fields, FIELD.tradeCharge, day.tradeCharge[at] ?? 0);
  return own;
}

/** Adds up what beside its own PV served a node's use; answers what of it is matched. */
function addServed(day: ServedRoom, at: number, sure: number, fields: Float64Array): number {
  const network = day.networkUse[at] ?? 0;
  const line = day.lineUse[at] ?? 0;
  const trade = day.tradeUse[at] ?? 0;
  const source = at * SOURCE_COUNT;
  const ownStored = day.storageUse[source + OWN_PV] ?? 0;
  const networkStored = day.storageUse[source + NETWORK_PV] ?? 0;
  const tradeStored = day.storageUse[source + TRADE] ?? 0;
  addTo(fields, FIELD.networkUse, network);
  addTo(fields, FIELD.lineUse, line);
  addTo(fields, FIELD.tradeUse, trade);
  addTo(fields, FIELD.storageUse, day.dischargeUse[at] ?? 0);
  addTo(fields, FIELD.storageOwnUse, ownStored);
  addTo(fields, FIELD.storageNetworkUse, networkStored);
  addTo(fields, FIELD.storageTradeUse, tradeStored);
  if (sure === 0) return 0;
  addTo(fields, FIELD.matchedStorage, ownStored + networkStored);
  addTo(fields, FIELD.matchedStorageTrade, tradeStored);
  const stored = ownStored + networkStored + tradeStored;
  if (sure === 1) return stored;
  const unsure = day.unsure[at] ?? 0;
  const sureNetwork = Math.max(0, network - unsure);
  const sureLine = Math.max(0, line - Math.max(0, unsure - network));
  addTo(fields, FIELD.matchedNetwork, sureNetwork);
  addTo(fields, FIELD.matchedLine, sureLine);
  addTo(fields, FIELD.matchedTrade, trade);
  return stored + sureNetwork + sureLine + trade;
}

/** Adds up what is known of a node's use. */
function addKnown(
  room: FlowRoom,
  node: number,
  hourOf: Uint8Array,
  fields: Float64Array,
  hours: Float64Array,
): void {
  const { use, useState, isUseMeasured } = room;
  const first = room.at(node);
  if (isUseMeasured[node] === 1) {
    for (let q = 0; q < hourOf.length; q++) {
      const due = 3 * HOURS + (hourOf[q] ?? 0);
      hours[due] = (hours[due] ?? 0) + 1;
    }
    hours.copyWithin(2 * HOURS, 3 * HOURS, 4 * HOURS);
    fields[FIELD.useMeasured] = fields[FIELD.use] ?? 0;
    fields[FIELD.useKnownQuarters] = hourOf.length;
    fields[FIELD.useDueQuarters] = hourOf.length;
    return;
  }
  let [measured, estimated, known] = [0, 0, 0];
  for (let q = 0; q < hourOf.length; q++) {
    const hour = hourOf[q] ?? 0;
    const state = useState[first + q] ?? STATE.missing;
    hours[3 * HOURS + hour] = (hours[3 * HOURS + hour] ?? 0) + 1;
    if (state === STATE.missing) continue;
    hours[2 * HOURS + hour] = (hours[2 * HOURS + hour] ?? 0) + 1;
    known++;
    if (state === STATE.measured) measured += use[first + q] ?? 0;
    else estimated += use[first + q] ?? 0;
  }
  fields[FIELD.useMeasured] = measured;
  fields[FIELD.useEstimated] = estimated;
  fields[FIELD.useKnownQuarters] = known;
  fields[FIELD.useDueQuarters] = hourOf.length;
}
