// Small helpers for building elements. Text always goes in as text nodes, never as HTML.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in element && !name.includes("-") && name !== "list" && name !== "form") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// replaceChildren that skips what is absent (null would become the text "null").
export const fill = (node, ...children) => node.replaceChildren(...children.filter(Boolean));

export const byId = (id) => document.getElementById(id);

const PATHS = {
  lock: "M7 10V7a5 5 0 0 1 10 0v3M5 10h14v10H5z",
  hash: "M5 9h14M5 15h14M10 4 8 20M16 4l-2 16",
  home: "M4 11 12 4l8 7v9h-5v-6H9v6H4z",
  thread: "M4 5h16v11H9l-5 4z",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14 6l-6 6 6 6",
  menu: "M4 7h16M4 12h16M4 17h16",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  send: "M4 12 20 4l-5 16-3-7z",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  activity: "M3 12h4l3-8 4 16 3-8h4",
  moon: "M20 14A8 8 0 1 1 10 4a6 6 0 0 0 10 10z",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12 1v3M12 20v3M1 12h3M20 12h3M4 4l2 2M18 18l2 2M20 4l-2 2M6 18l-2 2",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21a8 8 0 0 1 16 0",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  up: "M6 15l6-6 6 6",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.4 17a1.7 1.7 0 0 1-2.4-2.4L14.5 7",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14a6 6 0 0 1 3.5 6",
  plus: "M12 5v14M5 12h14",
};

export function icon(name, size = 18) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24", width: size, height: size, fill: "none", stroke: "currentColor",
    "stroke-width": name === "more" ? 3 : 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  })) svg.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, extra = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...extra }, icon(name));
}

export function avatar(userId, size = 36) {
  return h("img", { class: "avatar", src: `/avatar/${userId}-${size}.svg`, alt: "", width: size, height: size });
}

export function toast(text, kind = "") {
  const note = h("div", { class: `toast ${kind}` }, text);
  byId("toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}

// Replace the children of a list, keeping nodes whose key and content did not change.
export function reconcile(list, items, build) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const fresh = items.map(({ key, stamp, ...item }) => {
    const known = old.get(key);
    if (known && known.dataset.stamp === stamp) return known;
    const node = build(item);
    node.dataset.key = key;
    node.dataset.stamp = stamp;
    return node;
  });
  const same = fresh.length === list.children.length && fresh.every((node, n) => list.children[n] === node);
  if (!same) list.replaceChildren(...fresh);
}

// A menu that opens under a button, closes on Escape, a click elsewhere, or a choice.
export function openMenu(anchor, entries, label) {
  document.querySelector(".menu")?.remove();
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label });
  const close = () => { menu.remove(); document.removeEventListener("pointerdown", away, true); };
  const away = (event) => { if (!menu.contains(event.target)) close(); };
  for (const entry of entries) {
    if (entry.heading) { menu.append(h("p", { class: "menu-heading" }, entry.heading)); continue; }
    menu.append(h("button", {
      type: "button", role: "menuitem", class: entry.danger ? "danger" : "",
      onclick: () => { close(); entry.run(); },
    }, entry.node ?? h("span", {}, entry.text, entry.detail ? h("small", {}, entry.detail) : null)));
  }
  menu.addEventListener("keydown", (event) => {
    const buttons = [...menu.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") { event.stopPropagation(); close(); anchor.focus(); }
    if (event.key === "ArrowDown") { event.preventDefault(); buttons[(at + 1) % buttons.length].focus(); }
    if (event.key === "ArrowUp") { event.preventDefault(); buttons[(at - 1 + buttons.length) % buttons.length].focus(); }
  });
  (anchor.closest("dialog") ?? document.body).append(menu);
  const box = anchor.getBoundingClientRect();
  const height = menu.offsetHeight, width = menu.offsetWidth;
  const below = box.bottom + height + 8 < innerHeight;
  menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - height - 4)}px`;
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  menu.querySelector("button")?.focus();
  setTimeout(() => document.addEventListener("pointerdown", away, true));
}
