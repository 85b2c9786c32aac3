// The state of this window: its person, the sidebar's data, and its place.

export const store = {
  me: "",
  state: null,
  place: { kind: "channel", id: "" },
  thread: null, // { channel, ts }
};

export const person = (id) => store.state?.people.find((p) => p.id === id);
export const channel = (id) => store.state?.channels.find((c) => c.id === id);

export function nameOf(id) {
  if (id === "USLACKBOT") return "Sandbox";
  return person(id)?.real_name ?? "Someone";
}

export function channelTitle(c) {
  if (c.kind === "mpim") return c.members.filter((m) => m !== store.me).map(nameOf).join(", ");
  if (c.kind !== "im") return c.name;
  return c.partner === store.me ? `${nameOf(store.me)} (you)` : nameOf(c.partner);
}

const remembered = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };

// Each persona keeps its own place, and returns to it.
export const rememberPlace = () =>
  localStorage.setItem(`place:${store.me}`, JSON.stringify({ place: store.place, thread: store.thread }));
export const rememberedPlace = () => remembered(`place:${store.me}`);

// sessionStorage belongs to one tab: two windows can be two people.
export function chooseMe(id) {
  store.me = id;
  sessionStorage.setItem("as", id);
  claimCookie();
}

// The sign-in page offers the person in this cookie by "continue as". Another person than before
// is no longer signed in on the app's pages.
export function claimCookie() {
  const mine = `sandbox_persona=${store.me}`;
  if (document.cookie.split("; ").includes(mine)) return;
  document.cookie = `${mine}; path=/; SameSite=Lax`;
  fetch("/sandbox/persona", { method: "POST", keepalive: true });
}
