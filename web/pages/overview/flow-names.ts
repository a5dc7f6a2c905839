import { fixed, THIN } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import type { Flow, FlowNode } from "./flow.ts";

/** The flow's nodes in words and numbers. */

export function nodeName(node: FlowNode): string {
  if (node.kind === "group") {
    const name = node.name === null ? node.id : nameOf(node.name);
    return node.enterprises > 1 ? t("overview.flow.group", { name, count: node.enterprises }) : name;
  }
  return t(`overview.flow.${node.kind}`);
}

export function valueText(node: FlowNode, flow: Flow): string {
  return fixed(node.shown, flow.digits);
}

export function shareText(node: FlowNode): string {
  return `${fixed(node.sharePercent, 1)}${THIN}%`;
}
