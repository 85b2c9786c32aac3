// People and user groups, as an administrator sees them: guests, deactivated accounts, who is in which group.

import { avatar, byId, h, iconButton } from "./dom.js";
import { change } from "./api.js";
import { tag } from "./about.js";
import { person, store } from "./store.js";

const ACCOUNTS = {
  member: { text: "Member", set: { deleted: false, is_restricted: false } },
  guest: { text: "Guest", set: { deleted: false, is_restricted: true, is_ultra_restricted: false } },
  single: { text: "Single-channel guest", set: { deleted: false, is_ultra_restricted: true } },
  gone: { text: "Deactivated", set: { deleted: true } },
};
let shown = false;
let refuse = "";
let busy = false; // what was read before a change must not be drawn after it
let refresh = null;
const unfolded = new Set();

export function openPeople(refreshed) {
  shown = true;
  refresh = refreshed;
  refuse = "";
  draw();
  const dialog = byId("people");
  dialog.onclose = () => { shown = false; };
  if (!dialog.open) dialog.showModal();
}

export function refreshPeople() {
  if (shown && !busy) draw();
}

async function apply(body) {
  busy = true;
  const answer = await change(body);
  busy = false;
  refuse = answer.ok ? "" : answer.error;
  await refresh();
}

function draw() {
  const dialog = byId("people");
  const at = dialog.querySelector(".modal-body")?.scrollTop ?? 0;
  const focused = dialog.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  dialog.replaceChildren(h("form", { class: "blocks", onsubmit: (event) => event.preventDefault() },
    h("header", {}, h("h2", { id: "people-title" }, "People and groups"), iconButton("close", "Close", () => dialog.close())),
    h("div", { class: "modal-body about" },
      refuse ? h("p", { class: "form-error", role: "alert" }, refuse) : null,
      h("section", {}, h("h3", {}, "User groups"), store.state.usergroups.map(group)),
      h("section", {}, h("h3", {}, "People"), h("ul", { class: "people" }, store.state.people.filter((p) => !p.is_bot).map(row)))),
    h("footer", {}, h("p", { class: "by" }, "In the sandbox anybody may change this."), h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Done"))));
  dialog.querySelector(".modal-body").scrollTop = at;
  if (focused) dialog.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function row(p) {
  const now = p.deleted ? "gone" : p.is_ultra_restricted ? "single" : p.is_restricted ? "guest" : "member";
  const choice = h("select", { "aria-label": `Account of ${p.real_name}`, dataset: { key: p.id } },
    Object.entries(ACCOUNTS).map(([key, { text }]) => h("option", { value: key, selected: key === now }, text)));
  choice.addEventListener("change", () => apply({ person: p.id, set: ACCOUNTS[choice.value].set }));
  return h("li", {}, avatar(p.id, 28), h("span", {}, p.real_name, h("small", {}, [p.title, p.is_external ? tag(p) : ""].filter(Boolean).join(" · "))), choice);
}

function group(g) {
  const offered = store.state.people.filter((p) => !p.is_bot && !p.is_external && (!p.deleted || g.users.includes(p.id)));
  const details = h("details", { open: unfolded.has(g.id), class: "group" },
    h("summary", { dataset: { key: g.id } }, h("strong", {}, g.name), h("span", { class: "quiet" }, ` @${g.handle} · ${g.users.map((u) => person(u)?.given_name ?? person(u)?.real_name.split(" ")[0]).join(", ") || "nobody"}`)),
    h("div", { class: "choices" }, offered.map((p) => {
      const box = h("input", { type: "checkbox", checked: g.users.includes(p.id), dataset: { key: `${g.id} ${p.id}` } });
      box.addEventListener("change", () => apply({ usergroup: g.id, users: box.checked ? [...g.users, p.id] : g.users.filter((u) => u !== p.id) }));
      return h("label", {}, box, h("span", {}, p.real_name, p.deleted ? " (deactivated)" : ""));
    })));
  details.addEventListener("toggle", () => (details.open ? unfolded.add(g.id) : unfolded.delete(g.id)));
  return details;
}
