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
