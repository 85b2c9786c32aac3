// Workspace name, channels, direct messages, the app, and the persona switcher.

import { avatar, byId, h, icon, iconButton, openMenu } from "./dom.js";
import { channelTitle, nameOf, person, store } from "./store.js";

export function drawSidebar({ openChannel, openHome, switchTo, startDm, addChannel, openPeople, toggleDrawer, toggleTheme }) {
  const { state } = store;
  byId("team-name").textContent = state.team.name;
  drawConnection(state.app);
  const channels = state.channels.filter((c) => c.kind === "channel" || c.kind === "group").filter((c) => c.is_member);
  const dms = state.channels.filter((c) => (c.kind === "im" && c.partner !== state.app.user) || c.kind === "mpim");
  const appDm = state.channels.find((c) => c.kind === "im" && c.partner === state.app.user);
  byId("nav").replaceChildren(
    group("Channels", [...channels.map((c) => channelLink(c, openChannel)), h("button", { type: "button", class: "add", onclick: addChannel }, "+ New channel")]),
    group("Direct messages", [...dms.map((c) => channelLink(c, openChannel)), addDm(startDm)]),
    group("Apps", [homeLink(state.app, appDm, openHome)]));
  byId("me").replaceChildren(switcher(switchTo), h("span", { class: "tools" },
    h("button", { type: "button", class: "tool", onclick: toggleDrawer }, icon("activity", 16), "What just happened"),
    iconButton("people", "People and groups", openPeople),
    iconButton(document.documentElement.dataset.theme === "dark" ? "sun" : "moon", "Light or dark", toggleTheme)));
}

function drawConnection(app) {
  const on = app.connections > 0 || Boolean(app.request_url);
  const node = byId("connection");
  node.className = `connection${on ? " on" : ""}`;
  node.textContent = on ? `app connected${app.events_enabled ? "" : ", events off"}` : "no app connected";
  node.title = app.connections ? `${app.connections} Socket Mode connection(s)` : app.request_url ? `HTTP: ${app.request_url}` : "Start the app to use its commands";
}

const group = (title, links) => h("section", {}, h("h2", {}, title), h("ul", {}, links.map((l) => h("li", {}, l))));

function channelLink(c, openChannel) {
  const here = store.place.kind === "channel" && store.place.id === c.id;
  const title = channelTitle(c);
  const sign = c.kind === "im" ? avatar(c.partner, 20) : icon(c.kind === "channel" ? "hash" : "lock", 15);
  return h("a", {
    href: `#${c.id}`, class: `${here ? "here" : ""}${c.unread ? " unread" : ""}${c.archived ? " archived" : ""}`, "aria-current": here ? "page" : null,
    "aria-label": `${title}${c.unread ? `, ${c.unread} unread` : ""}`,
    onclick: (event) => { event.preventDefault(); openChannel(c.id); },
  }, sign, h("span", { class: "name" }, title), c.unread ? h("span", { class: "badge" }, c.unread) : null);
}

function homeLink(app, dm, openHome) {
  const here = store.place.kind === "home" || store.place.id === dm?.id;
  return h("a", { href: "#home", class: `${here ? "here" : ""}${dm?.unread ? " unread" : ""}`, "aria-current": here ? "page" : null,
    onclick: (event) => { event.preventDefault(); openHome(); } },
  avatar(app.user, 20), h("span", { class: "name" }, app.name), dm?.unread ? h("span", { class: "badge" }, dm.unread) : null);
}

function addDm(startDm) {
  const button = h("button", { type: "button", class: "add", onclick: () => openMenu(button,
    store.state.people.filter((p) => !p.deleted && p.id !== store.me && !p.is_bot).map((p) => ({
      node: h("span", { class: "who-line" }, avatar(p.id, 28), h("span", {}, p.real_name, h("small", {}, p.title))), run: () => startDm(p.id),
    })), "New direct message") }, "+ New message");
  return button;
}

function switcher(switchTo) {
  const me = person(store.me);
  const entries = (offered) => store.state.people.filter(offered).map((p) => ({
    node: h("span", { class: `who-line${p.id === store.me ? " me-now" : ""}` }, avatar(p.id, 32), h("span", {}, p.real_name, h("small", {}, p.title))),
    run: () => switchTo(p.id),
  }));
  const button = h("button", { type: "button", class: "switcher", "aria-haspopup": "menu", "aria-label": `You are ${nameOf(store.me)}. Switch persona`,
    onclick: () => openMenu(button, [
      { heading: "Switch to another persona" }, ...entries((p) => p.persona || p.id === store.me),
      { heading: "Also here" }, ...entries((p) => !p.persona && p.id !== store.me && !p.deleted && !p.is_bot),
    ], "Personas") },
  avatar(store.me, 34), h("span", {}, h("strong", {}, me.real_name), h("small", {}, me.title)), icon("up", 15));
  return button;
}
