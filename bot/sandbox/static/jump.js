// Ctrl+K: jump to a channel, a person or the app by typing a part of the name.

import { avatar, byId, h, icon } from "./dom.js";
import { channelTitle, store } from "./store.js";

export function openJump({ openChannel, openHome, startDm }) {
  const dialog = byId("ask");
  if (dialog.open) return;
  const places = [
    { title: store.state.app.name, node: avatar(store.state.app.user, 22), run: openHome },
    ...store.state.channels.filter((c) => (c.is_member || c.kind === "channel") && c.partner !== store.state.app.user).map((c) => ({
      title: channelTitle(c), node: c.kind === "im" ? avatar(c.partner, 22) : icon(c.kind === "channel" ? "hash" : "lock", 16), run: () => openChannel(c.id),
    })),
    ...store.state.people.filter((p) => !p.deleted && !p.is_bot && p.id !== store.me && !store.state.channels.some((c) => c.partner === p.id)).map((p) => ({
      title: p.real_name, node: avatar(p.id, 22), run: () => startDm(p.id),
    })),
  ];
  const choose = (place) => { dialog.close(); place?.run(); };
  const list = h("div", { class: "jump-list" });
  const matching = () => places.filter((p) => p.title.toLowerCase().includes(box.value.trim().toLowerCase())).slice(0, 8);
  const box = h("input", { type: "text", "aria-label": "Jump to a channel or person", placeholder: "Jump to…", autocomplete: "off", oninput: () => draw() });
  const draw = () => list.replaceChildren(...matching().map((p) => h("button", { type: "button", onclick: () => choose(p) }, p.node, p.title)));
  dialog.oncancel = null;
  dialog.replaceChildren(h("form", { class: "blocks", onsubmit: (event) => { event.preventDefault(); choose(matching()[0]); } }, h("h2", { id: "ask-title", class: "sr" }, "Jump to"), box, list));
  draw();
  dialog.showModal();
  box.focus();
}
