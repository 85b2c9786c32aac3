// Block Kit's confirmation dialog, and a small dialog with a list to choose from.

import { byId, h } from "./dom.js";
import { textObject } from "./mrkdwn.js";

export function confirmWith(object) {
  return new Promise((resolve) => {
    const dialog = byId("ask");
    const finish = (answer) => { dialog.close(); resolve(answer); };
    dialog.replaceChildren(h("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); finish(true); } },
      h("h2", { id: "ask-title" }, textObject(object.title)),
      h("div", { class: "text" }, textObject(object.text)),
      h("footer", {},
        h("button", { type: "button", class: "button", onclick: () => finish(false) }, textObject(object.deny ?? { text: "Cancel" })),
        h("button", { class: `button ${object.style === "danger" ? "danger" : "primary"}` }, textObject(object.confirm ?? { text: "Yes" })))));
    dialog.oncancel = (event) => { event.preventDefault(); finish(false); };
    dialog.showModal();
  });
}

// A name and private or not, as POST /sandbox/change takes it; null when it is cancelled.
export function askForChannel() {
  return new Promise((resolve) => {
    const dialog = byId("ask");
    const finish = (answer) => { dialog.close(); resolve(answer); };
    const name = h("input", { type: "text", required: true, maxLength: 80, placeholder: "night-desk", autocomplete: "off" });
    const open = h("input", { type: "checkbox" });
    const wanted = () => ({ new_channel: name.value.trim().toLowerCase().replaceAll(" ", "-"), private: !open.checked });
    dialog.replaceChildren(h("form", { class: "blocks", onsubmit: (event) => { event.preventDefault(); finish(wanted()); } },
      h("h2", { id: "ask-title" }, "New channel"),
      h("label", {}, "Name", name),
      h("div", { class: "choices" }, h("label", {}, open, h("span", {}, "Public: all members of the workspace may see and join it"))),
      h("footer", {},
        h("button", { type: "button", class: "button", onclick: () => finish(null) }, "Cancel"),
        h("button", { class: "button primary" }, "Create"))));
    dialog.oncancel = (event) => { event.preventDefault(); finish(null); };
    dialog.showModal();
    name.focus();
  });
}
