// The chat page: starts up, follows the event stream, and moves between places.

import { openAbout, refreshAbout } from "./about.js";
import { avatar, byId, fill, h, icon, iconButton, toast } from "./dom.js";
import { change, explain, get, post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { askForChannel } from "./confirm.js";
import { buildComposer, composerPlaceholder } from "./composer.js";
import { addToDrawer, toggleDrawer } from "./drawer.js";
import { readValues } from "./elements.js";
import { openJump } from "./jump.js";
import { firstUnread, showMessages } from "./messages.js";
import { leaveBehind, refreshModals, showTop } from "./modal.js";
import { openPeople, refreshPeople } from "./people.js";
import { drawSidebar } from "./sidebar.js";
import { channel, channelTitle, chooseMe, claimCookie, person, rememberPlace, rememberedPlace, store } from "./store.js";

const PERSONAS = ["U0REVIEW1", "U0REVIEW2", "U0LEAD001", "U0ADMIN01"];
let socket = null;
let replacingPersona = false; // while another persona is chosen, after a deactivation
let newFrom = null;
let limit = 0; // how many of the channel's newest messages are shown
const PAGE = 100;

async function start() {
  applyTheme();
  const asked = new URLSearchParams(location.search).get("as");
  chooseMe(asked || sessionStorage.getItem("as") || PERSONAS[0]);
  if (!(await loadState())) await chooseActivePersona();
  leaveBehind(store.state.views);
  await openPlace(placeFromAddress() ?? rememberedPlace());
  startFollowing();
}

// The person is unknown here, or was deactivated: the first persona that is not takes the window.
async function chooseActivePersona() {
  for (const id of PERSONAS) {
    chooseMe(id);
    if (await loadState()) return;
  }
}

async function loadState() {
  const answer = await get("state");
  if (!answer.ok) return false;
  store.state = answer;
  return true;
}

// A permalink (/archives/C../p123?thread_ts=) or #C.. names a place.
function placeFromAddress() {
  const permalink = /^\/archives\/(\w+)(?:\/p(\d{10})(\d{6}))?/.exec(location.pathname);
  if (permalink) {
    const [, id, seconds, micros] = permalink;
    const thread = new URLSearchParams(location.search).get("thread_ts");
    history.replaceState(null, "", "/");
    return { place: { kind: "channel", id, ts: seconds ? `${seconds}.${micros}` : null }, thread: thread ? { channel: id, ts: thread } : null };
  }
  const id = location.hash.slice(1);
  if (id === "home") return { place: { kind: "home", id: "" } };
  return /^[CDG]\w+$/.test(id) ? { place: { kind: "channel", id } } : null;
}

async function openPlace(wanted) {
  const reachable = wanted?.place && (wanted.place.kind === "home" || channel(wanted.place.id));
  // A person's own desk comes before the channel that all people are in.
  const mine = store.state.channels.filter((c) => c.is_member && c.kind !== "im");
  const first = mine.find((c) => c.kind === "group") ?? mine[0];
  if (!reachable) return first ? openChannel(first.id) : showNoChannel();
  if (wanted.place.kind === "home") return openHome();
  await openChannel(wanted.place.id, wanted.thread, wanted.place.ts);
  return undefined;
}

// Back and forward lead through the visited places, as does an address typed by hand.
function rememberAddress(hash) {
  if (location.hash !== `#${hash}`) history[location.hash ? "pushState" : "replaceState"](null, "", `#${hash}`);
}

addEventListener("popstate", () => { if (store.state) openPlace(placeFromAddress()); });

// --- places ---------------------------------------------------------------------------------

async function openChannel(id, thread = null, ts = null) {
  if (!channel(id)) return;
  store.place = { kind: "channel", id };
  store.thread = null;
  newFrom = null;
  // A linked message is shown however old it is, unread ones unless there are too many.
  limit = ts ? 100000 : Math.min(3 * PAGE, Math.max(PAGE, channel(id).unread + 20));
  byId("shell").classList.remove("menu-open");
  rememberAddress(id);
  byId("home").hidden = true;
  byId("messages").hidden = false;
  byId("messages").replaceChildren();
  drawBar();
  drawComposer();
  closeThread();
  await drawMessages(true);
  if (thread) await openThread(thread.ts);
  if (ts) highlight(ts);
  rememberPlace();
  redrawSidebar();
}

function showNoChannel() {
  store.place = { kind: "nowhere", id: "" };
  closeThread();
  byId("home").hidden = true;
  byId("messages").hidden = false;
  byId("bar").replaceChildren();
  byId("composer").replaceChildren();
  document.title = store.state.team.name;
  byId("messages").replaceChildren(h("div", { class: "empty" }, h("h2", {}, "You are in no channel here"), h("p", { class: "quiet" }, "A member of a channel has to invite you first.")));
  redrawSidebar();
}

async function openHome() {
  store.place = { kind: "home", id: "" };
  closeThread();
  rememberAddress("home");
  byId("shell").classList.remove("menu-open");
  byId("messages").hidden = true;
  byId("home").hidden = false;
  byId("composer").replaceChildren();
  drawBar();
  redrawSidebar();
  rememberPlace();
  const answer = await post("home/open");
  if (!answer.ok) toast(explain(answer.error), "bad");
  await loadState();
  redrawSidebar();
  drawHome(answer.view);
}

function drawHome(view) {
  if (store.place.kind !== "home") return;
  const home = byId("home");
  if (!view) {
    home.replaceChildren(h("div", { class: "empty" }, avatar(store.state.app.user, 64), h("h2", {}, store.state.app.name), h("p", { class: "quiet" }, "This app has not published a Home tab for you yet.")));
    return;
  }
  const context = {
    values: view.state.values,
    press: async (block, element, value) => {
      const answer = await post("press", { view_id: view.id, block_id: block.block_id, action_id: element.action_id, value, values: readValues(home) });
      if (!answer.ok) toast(explain(answer.error), "bad");
      return answer.ok;
    },
    options: (block, element, value) => post("options", { view_id: view.id, block_id: block.block_id, action_id: element.action_id, value }),
  };
  home.replaceChildren(renderBlocks(view.blocks, context));
}

function drawBar() {
  const bar = byId("bar");
  const menu = iconButton("menu", "Channels", () => byId("shell").classList.toggle("menu-open"), { class: "icon-button menu-button" });
  const { app } = store.state;
  const dm = store.state.channels.find((c) => c.kind === "im" && c.partner === app.user);
  if (store.place.kind === "home" || store.place.id === dm?.id) {
    const atHome = store.place.kind === "home";
    bar.replaceChildren(menu, avatar(app.user, 26), h("h1", {}, app.name), h("div", { class: "tabs", role: "tablist" },
      h("button", { role: "tab", "aria-selected": String(atHome), onclick: openHome }, "Home"),
      h("button", { role: "tab", "aria-selected": String(!atHome), onclick: openAppMessages }, "Messages")));
    document.title = app.name;
    return;
  }
  const c = channel(store.place.id);
  const sign = c.kind === "im" ? avatar(c.partner, 26) : icon(c.kind === "channel" ? "hash" : "lock", 18);
  fill(bar, menu, sign, h("h1", {}, channelTitle(c)),
    h("span", { class: "topic" }, c.topic),
    c.is_ext_shared ? h("span", { class: "ext" }, "shared outside") : null,
    c.pending_team_ids.length ? h("span", { class: "ext" }, "invitation pending") : null,
    c.kind === "im" ? h("span", { class: "members" }, person(c.partner)?.title)
      : c.kind === "mpim" ? h("span", { class: "members" }, icon("person", 15), ` ${c.members.length}`)
        : h("button", { type: "button", class: "members", "aria-label": `${c.members.length} members. Channel details`, title: c.members.map((m) => person(m)?.real_name).join(", "), onclick: () => openAbout(c.id, refreshAll) }, icon("person", 15), ` ${c.members.length}`));
  document.title = `${c.kind === "im" ? "" : "#"}${channelTitle(c)} | ${store.state.team.name}`;
}

async function openAppMessages() {
  const { channel: id } = await post("dm", { user: store.state.app.user });
  await loadState();
  await openChannel(id);
  post("home/open", { tab: "messages" });
}

async function startDm(userId) {
  const { channel: id } = await post("dm", { user: userId });
  await loadState();
  await openChannel(id);
}

const composerState = (c) => `${c.id} ${c.is_member} ${c.archived}`;

function drawComposer() {
  const c = channel(store.place.id);
  byId("composer").dataset.stamp = composerState(c);
  if (!c.is_member || c.archived) {
    const join = c.archived || c.kind !== "channel" ? null : h("button", { type: "button", class: "button", onclick: () => change({ channel: c.id, join: store.me }) }, "Join channel");
    byId("composer").replaceChildren(h("div", { class: "no-composer quiet" }, h("p", {}, c.archived ? "This channel is archived." : "You are not a member of this channel."), join ?? ""));
    return;
  }
  if (c.partner === store.state.app.user && store.state.app.messages_read_only) {
    byId("composer").replaceChildren(h("p", { class: "no-composer quiet" }, "Sending messages to this app has been turned off."));
    return;
  }
  byId("composer").replaceChildren(buildComposer({ channelId: c.id, placeholder: composerPlaceholder(c.id) }));
  if (matchMedia("(min-width: 800px)").matches) byId("composer-text").focus({ preventScroll: true });
}

async function drawMessages(jump = false) {
  const { place } = store;
  if (place.kind !== "channel") return;
  const answer = await get("messages", { channel: place.id, limit });
  if (store.place !== place || !answer.ok) return;
  const scroll = byId("scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const list = byId("messages");
  if (answer.messages.length === 0) {
    list.replaceChildren(emptyChannel(channel(place.id)));
    scroll.scrollTop = 0; // the first steps come first
    return;
  }
  if (jump && channel(place.id).unread) newFrom = firstUnread(answer.messages, channel(place.id).last_read);
  showMessages(list, place.id, answer.messages, { openThread, earlier: answer.has_more ? showEarlier : null }, newFrom);
  if (jump || atEnd) scroll.scrollTop = scroll.scrollHeight;
  if (document.hasFocus() || document.visibilityState === "visible") markRead(place.id);
}

async function showEarlier() {
  const scroll = byId("scroll");
  const below = scroll.scrollHeight - scroll.scrollTop;
  limit += 2 * PAGE;
  await drawMessages();
  scroll.scrollTop = scroll.scrollHeight - below;
}

function emptyChannel(c) {
  const command = store.state.commands[0];
  return h("div", { class: "empty", dataset: { key: "empty", stamp: "" } },
    h("h2", {}, c.kind === "im" || c.kind === "mpim" ? `This is your conversation with ${channelTitle(c)}` : `This is the very beginning of #${c.name}`),
    h("p", { class: "quiet" }, c.purpose || (c.kind === "im" ? "" : "Write a message, or use a command.")),
    welcome(c),
    command && c.is_member ? h("button", { class: "button", type: "button", onclick: () => fillComposer(`${command.command} `) }, `Try ${command.command}`) : null);
}

// The first steps and the sample clips of the welcome file, which the demo writes.
function welcome(c) {
  const steps = store.state.welcome;
  if (!steps || steps.channel !== c.id || !c.is_member) return null;
  return h("div", { class: "welcome" },
    h("p", {}, "This page stands in for Slack: a workspace on this machine alone, with made-up people and recordings."),
    h("ol", {}, steps.steps.map((sentence) => h("li", {}, sentence))),
    h("h3", {}, "Sample clips"),
    h("ul", { class: "samples" }, steps.commands.map(({ command, shows }) => h("li", {},
      h("button", { type: "button", class: "sample", onclick: () => fillComposer(command) }, h("code", {}, command), h("span", {}, shows))))));
}

function fillComposer(text) {
  const box = byId("composer-text");
  box.value = text;
  box.focus();
}

async function markRead(id) {
  const c = channel(id);
  if (!c?.is_member || !c.unread) return;
  c.unread = 0;
  redrawSidebar();
  await post("mark", { channel: id });
}

function highlight(ts) {
  const node = document.querySelector(`[data-ts="${ts}"]`);
  node?.scrollIntoView({ block: "center" });
  node?.classList.add("lit");
}

async function addChannel() {
  const wanted = await askForChannel();
  if (!wanted) return;
  const answer = await change(wanted);
  if (!answer.ok) { toast(explain(answer.error), "bad"); return; }
  await loadState();
  await openChannel(answer.channel);
}

// --- threads ---------------------------------------------------------------------------------

async function openThread(ts) {
  const id = store.place.id;
  store.thread = { channel: id, ts };
  rememberPlace();
  const pane = byId("thread");
  const c = channel(id);
  pane.hidden = false;
  byId("shell").classList.add("thread-open");
  pane.replaceChildren(
    h("header", { class: "bar" }, h("h2", {}, "Thread"), h("span", { class: "topic" }, c.kind === "im" ? "" : `#${c.name}`), iconButton("close", "Close thread", closeThread)),
    h("div", { class: "scroll", id: "thread-scroll" }, h("div", { class: "messages", id: "thread-messages", role: "log", "aria-label": "Thread" })),
    c.is_member ? buildComposer({ channelId: id, threadTs: ts, id: "thread-text", placeholder: "Reply…" }) : "");
  await drawThread(true);
  if (matchMedia("(min-width: 800px)").matches) byId("thread-text")?.focus({ preventScroll: true });
}

async function drawThread(jump = false) {
  const { thread } = store;
  if (!thread) return;
  const answer = await get("messages", { channel: thread.channel, thread_ts: thread.ts });
  if (store.thread !== thread) return;
  if (!answer.ok) { closeThread(); return; }
  const scroll = byId("thread-scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  showMessages(byId("thread-messages"), thread.channel, answer.messages, {}, null);
  if (jump || atEnd) scroll.scrollTop = scroll.scrollHeight;
}

function closeThread() {
  store.thread = null;
  byId("thread").hidden = true;
  byId("shell").classList.remove("thread-open");
  rememberPlace();
}

// --- personas, sidebar, theme ----------------------------------------------------------------

async function switchTo(id) {
  if (id === store.me) return;
  rememberPlace();
  chooseMe(id);
  showTop([]);
  await loadState();
  await openPlace(rememberedPlace());
  startFollowing();
}

function redrawSidebar() {
  const unread = store.state.channels.reduce((sum, c) => sum + c.unread, 0);
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (unread) document.title = `(${unread}) ${document.title}`;
  drawSidebar({ openChannel, openHome, switchTo, startDm, addChannel, openPeople: () => openPeople(refreshAll), toggleDrawer, toggleTheme });
}

function applyTheme() {
  const wanted = localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  document.documentElement.dataset.theme = wanted;
}

function toggleTheme() {
  localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  applyTheme();
  redrawSidebar();
}

// --- live updates ----------------------------------------------------------------------------

const RETRY_MS = 1000;

function startFollowing() {
  if (socket) { socket.onclose = null; socket.close(); }
  connect();
}

// Changes from before the connection are not sent again, so that everything is read afresh.
function connect() {
  const mine = new WebSocket(`${location.origin.replace("http", "ws")}/sandbox/live?as=${encodeURIComponent(store.me)}`);
  socket = mine;
  mine.onmessage = (event) => applyChange(JSON.parse(event.data));
  mine.onopen = refreshAll;
  mine.onclose = () => setTimeout(() => { if (socket === mine) connect(); }, RETRY_MS);
}

async function refreshAll() {
  const { me } = store;
  if (!(await loadState())) {
    if (store.me !== me || replacingPersona) return; // another refresh does it
    replacingPersona = true;
    toast(`${person(store.me)?.real_name ?? "This person"} can no longer sign in.`, "bad");
    await chooseActivePersona().finally(() => { replacingPersona = false; });
    await openPlace(rememberedPlace());
    startFollowing();
    return;
  }
  refreshAbout();
  refreshPeople();
  if (store.place.kind === "channel" && !channel(store.place.id)) { await openPlace(null); return; }
  if (store.place.kind === "channel") {
    drawBar();
    if (byId("composer").dataset.stamp !== composerState(channel(store.place.id))) drawComposer();
  }
  redrawSidebar();
  await Promise.all([drawMessages(), drawThread(), refreshModals()]);
}

let pending = null;
const refreshSoon = () => { pending ??= setTimeout(async () => { pending = null; await loadState(); redrawSidebar(); if (store.place.kind === "channel") await drawMessages(); }, 30); };

async function applyChange(change) {
  if (change.type === "log") addToDrawer(change.entry);
  else if (change.type === "message") { refreshSoon(); if (store.thread?.channel === change.channel) drawThread(); }
  else if (change.type === "views") await refreshModals();
  else if (change.type === "home") drawHome((await get("home")).view);
  else if (change.type === "read" || change.type === "app") { await loadState(); redrawSidebar(); }
  else if (change.type === "reset" || change.type === "channels") await refreshAll();
}

// --- keyboard --------------------------------------------------------------------------------

function moveInSidebar(direction) {
  const links = [...document.querySelectorAll("#nav a")];
  const at = links.findIndex((l) => l.classList.contains("here"));
  links[(at + direction + links.length) % links.length]?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) { event.preventDefault(); moveInSidebar(event.key === "ArrowDown" ? 1 : -1); }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openJump({ openChannel, openHome, startDm }); }
  if (event.key === "Escape" && store.thread && !document.querySelector("dialog[open], .menu")) closeThread();
});
byId("veil").addEventListener("click", () => byId("shell").classList.remove("menu-open"));
document.addEventListener("click", (event) => {
  const inside = event.target.closest?.('a.mention[href^="#"]');
  if (inside) { event.preventDefault(); openChannel(inside.getAttribute("href").slice(1)); }
});
// The sign-in page offers the person of the window that was used last.
addEventListener("focus", claimCookie);
addEventListener("pointerdown", claimCookie, true);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible" && store.state) drawMessages(); });

start();
