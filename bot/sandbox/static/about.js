// A channel's details: who is in it, who else it is shared with, what it is called.

import { avatar, byId, fill, h, iconButton } from "./dom.js";
import { change } from "./api.js";
import { confirmWith } from "./confirm.js";
import { channel, person, store } from "./store.js";

let shown = null;
let refuse = "";
let busy = false; // what was read before a change must not be drawn after it
let refresh = null;

export function openAbout(id, refreshed) {
  shown = id;
  refresh = refreshed;
  refuse = "";
  const dialog = byId("about");
  const part = (name) => h("div", { dataset: { part: name } });
  dialog.replaceChildren(h("form", { class: "blocks", onsubmit: (event) => event.preventDefault() },
    h("header", {}, h("h2", { id: "about-title" }), iconButton("close", "Close", () => dialog.close())),
    h("div", { class: "modal-body about" }, ["facts", "members", "sharing", "name", "buttons"].map(part)),
    h("footer", {}, h("p", { class: "by" }, "In the sandbox anybody may change this."), h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Done"))));
  draw();
  dialog.onclose = () => { shown = null; };
  if (!dialog.open) dialog.showModal();
}

export function refreshAbout() {
  if (shown === null || busy) return;
  if (channel(shown)) draw();
  else byId("about").close();
}

async function apply(body) {
  busy = true;
  const answer = await change({ channel: shown, ...body });
  busy = false;
  refuse = answer.ok ? "" : answer.error;
  await refresh();
  return answer.ok;
}

function draw() {
  const c = channel(shown);
  const dialog = byId("about");
  byId("about-title").textContent = `#${c.name}`;
  const focused = dialog.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const put = (name, ...nodes) => fill(dialog.querySelector(`[data-part="${name}"]`), ...nodes);
  put("facts", h("p", { class: "quiet" }, facts(c)), refuse ? h("p", { class: "form-error", role: "alert" }, refuse) : null);
  put("members", members(c));
  put("sharing", sharing(c));
  if (focused === "name") return put("buttons", buttons(c)); // the typed name stays as it is
  put("name", name(c));
  put("buttons", buttons(c));
  if (focused) dialog.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return undefined;
}

const facts = (c) => [c.kind === "group" ? "Private" : "Public", c.archived ? "archived" : null,
  c.connected_team_ids.length ? `shared with ${c.connected_team_ids.join(", ")}` : null,
  c.pending_team_ids.length ? `${c.pending_team_ids.join(", ")} invited` : null].filter(Boolean).join(" · ");

const button = (key, text, onclick, kind = "") => h("button", { type: "button", class: `button ${kind}`, dataset: { key }, onclick }, text);

export const tag = (p) => p.deleted ? "deactivated" : p.is_bot ? "app" : p.is_external ? p.team_id
  : p.is_ultra_restricted ? "single-channel guest" : p.is_restricted ? "guest" : "";

function members(c) {
  const absent = store.state.people.filter((p) => !c.members.includes(p.id) && !p.deleted);
  const choice = h("select", { "aria-label": "Person to add", dataset: { key: "add" } },
    h("option", { value: "" }, "Add a person…"), absent.map((p) => h("option", { value: p.id }, [p.real_name, tag(p)].filter(Boolean).join(", "))));
  choice.addEventListener("change", () => choice.value && apply({ join: choice.value }));
  return h("section", {}, h("h3", {}, `Members (${c.members.length})`), absent.length ? choice : null,
    h("ul", { class: "people" }, c.members.map(person).filter(Boolean).map((p) => h("li", {},
      avatar(p.id, 28), h("span", {}, p.real_name, h("small", {}, [p.title, tag(p)].filter(Boolean).join(" · "))),
      c.general ? null : button(`remove ${p.id}`, "Remove", () => apply({ leave: p.id }))))));
}

function sharing(c) {
  const teams = [...new Set([...store.state.people.filter((p) => p.is_external).map((p) => p.team_id), ...c.connected_team_ids, ...c.pending_team_ids])];
  const row = (team) => {
    if (c.connected_team_ids.includes(team)) return [button(`end ${team}`, "Stop sharing", () => apply({ unshare_with: team }))];
    if (c.pending_team_ids.includes(team)) return [button(`accept ${team}`, "Accept for them", () => apply({ share_with: team })), button(`end ${team}`, "Withdraw", () => apply({ unshare_with: team }))];
    return [button(`invite ${team}`, "Invite", () => apply({ pending_share_with: team }))];
  };
  return h("section", {}, h("h3", {}, "Other organisations"),
    h("ul", { class: "people" }, teams.map((team) => h("li", {}, h("span", {}, team, h("small", {},
      c.connected_team_ids.includes(team) ? "shares this channel" : c.pending_team_ids.includes(team) ? "invited, has not accepted yet" : "not shared")), ...row(team)))));
}

function name(c) {
  const box = h("input", { type: "text", value: c.name, "aria-label": "Channel name", dataset: { key: "name" } });
  const rename = () => box.value.trim() !== channel(c.id)?.name && apply({ rename: box.value.trim() });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); rename(); } });
  return h("section", {}, h("h3", {}, "Settings"), h("div", { class: "about-name" }, box, button("rename", "Rename", rename)));
}

function buttons(c) {
  const row = h("div", { class: "about-buttons" });
  fill(row,
    c.general ? null : button("private", c.kind === "group" ? "Make public" : "Make private", () => apply({ private: c.kind !== "group" })),
    button("archive", c.archived ? "Unarchive" : "Archive", () => apply({ archive: !c.archived })),
    button("delete", "Delete", () => remove(c), "danger"));
  return row;
}

async function remove(c) {
  const sure = await confirmWith({ title: { type: "plain_text", text: `Delete #${c.name}?` }, style: "danger",
    text: { type: "plain_text", text: "All its messages go with it." }, confirm: { type: "plain_text", text: "Delete" } });
  if (sure) await apply({ delete: true });
}
