// The drawer "What just happened": every payload and API call, newest first.

import { byId, h, iconButton } from "./dom.js";
import { get } from "./api.js";

const MAX = 300;
let open = false;

export const drawerOpen = () => open;

export async function toggleDrawer() {
  open = !open;
  const drawer = byId("drawer");
  drawer.hidden = !open;
  if (!open) return;
  const list = h("ol", { class: "log", id: "log" });
  drawer.replaceChildren(
    h("header", { class: "bar" }, h("h2", {}, "What just happened"), iconButton("close", "Close", toggleDrawer)),
    h("p", { class: "log-legend" }, h("span", { class: "to" }, "Slack → app"), h("span", { class: "from" }, "app → Slack")),
    list);
  const { calls } = await get("calls");
  list.replaceChildren(...calls.slice(-MAX).reverse().map(row));
}

export function addToDrawer(entry) {
  const list = byId("log");
  if (!open || !list) return;
  list.prepend(row(entry));
  while (list.children.length > MAX) list.lastChild.remove();
}

function row(entry) {
  const toApp = entry.direction === "to_app";
  const time = new Date(entry.time * 1000).toLocaleTimeString([], { hour12: false });
  const details = h("details", {},
    h("summary", {},
      h("span", { class: toApp ? "to" : "from", "aria-label": toApp ? "Slack to app" : "app to Slack" }, toApp ? "→" : "←"),
      h("strong", {}, entry.name),
      entry.error ? h("span", { class: "failed" }, entry.error) : null,
      entry.retry ? h("span", { class: "failed" }, `retry ${entry.retry}`) : null,
      h("span", { class: "quiet took" }, `${time} · ${entry.took_ms} ms`)));
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    details.append(
      h("p", { class: "quiet" }, toApp ? `sent as ${entry.kind} over ${entry.via}` : entry.kind === "web_api" ? `HTTP ${entry.status}` : entry.kind),
      h("h3", {}, toApp ? "payload" : "arguments"), h("pre", {}, JSON.stringify(entry.payload, null, 2)),
      h("h3", {}, toApp ? "acknowledged with" : "answer"), h("pre", {}, JSON.stringify(entry.response, null, 2)));
  });
  return h("li", { class: entry.error ? "bad" : "" }, details);
}
