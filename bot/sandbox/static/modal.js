// Modals: a stack of views, of which the top one shows; errors stay inline, typed text stays.

import { byId, h, iconButton } from "./dom.js";
import { explain, get, post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { readValues } from "./elements.js";
import { textObject } from "./mrkdwn.js";
import { store } from "./store.js";

let shown = null; // { id, hash }
const left = new Set();

// As in Slack, a modal belongs to the window it opened in and does not come back with a reload.
export const leaveBehind = (views) => views.forEach((view) => left.add(view.root_view_id));

export async function refreshModals() {
  const { views } = await get("views");
  showTop(views ?? []);
}

export function showTop(views) {
  const dialog = byId("modal");
  const view = views.at(-1);
  if (!view || left.has(view.root_view_id)) {
    shown = null;
    if (dialog.open) dialog.close();
    return;
  }
  if (shown?.id === view.id && shown.hash === view.hash) return;
  const typed = shown?.id === view.id ? readValues(dialog) : {};
  shown = { id: view.id, hash: view.hash };
  draw(dialog, view, typed, views.length > 1);
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector("[data-autofocus]") ?? dialog.querySelector(".modal-body :is(input, select, textarea, summary)");
  first?.focus();
}

function draw(dialog, view, typed, pushed) {
  const body = h("div", { class: "modal-body" });
  const context = {
    values: view.state.values,
    press: async (block, element, value) => {
      const answer = await post("press", { view_id: view.id, block_id: block.block_id, action_id: element.action_id, value, values: readValues(body) });
      if (!answer.ok) fail(dialog, explain(answer.error));
      return answer.ok;
    },
    options: (block, element, value) => post("options", { view_id: view.id, block_id: block.block_id, action_id: element.action_id, value }),
  };
  body.append(renderBlocks(view.blocks, context));
  restore(body, typed);
  const close = (everything) => post("view/close", { view_id: view.id, everything }).then(refreshModals);
  dialog.oncancel = (event) => { event.preventDefault(); close(false); };
  dialog.replaceChildren(h("form", { class: "modal-form", noValidate: true, onsubmit: (event) => { event.preventDefault(); submit(dialog, view, body); } },
    h("header", {},
      pushed ? iconButton("back", "Back", () => close(false)) : null,
      h("h2", { id: "modal-title" }, textObject(view.title)),
      iconButton("close", "Close", () => close(true))),
    body,
    h("p", { class: "form-error", role: "alert", hidden: true }),
    h("footer", {},
      h("span", { class: "by" }, store.state.app.name),
      h("button", { type: "button", class: "button", onclick: () => close(false) }, view.close ? textObject(view.close) : "Cancel"),
      view.submit ? h("button", { class: "button primary", id: "modal-submit" }, textObject(view.submit)) : null)));
}

// What was typed since the view was last drawn survives a redraw of the same view.
function restore(body, typed) {
  for (const node of body.querySelectorAll("[data-reads]")) {
    const value = typed[node.dataset.blockId]?.[node.dataset.actionId];
    if (typeof value === "string" && "value" in node && node.tagName !== "DIV") node.value = value;
    const picked = Array.isArray(value) ? value : [value];
    if (value !== undefined) for (const input of node.querySelectorAll?.("input[type=checkbox], input[type=radio]") ?? []) input.checked = picked.includes(input.value);
  }
}

async function submit(dialog, view, body) {
  const button = dialog.querySelector("#modal-submit");
  if (!button || button.disabled) return;
  button.disabled = true;
  button.classList.add("busy");
  clearErrors(dialog);
  const answer = await post("view/submit", { view_id: view.id, values: readValues(body) });
  button.disabled = false;
  button.classList.remove("busy");
  if (answer.ok) { shown = answer.view ? null : shown; await refreshModals(); return; }
  if (answer.errors) showErrors(body, answer.errors);
  else fail(dialog, answer.message ?? explain(answer.error));
}

function clearErrors(dialog) {
  for (const node of dialog.querySelectorAll(".error, .form-error")) { node.hidden = true; node.textContent = ""; }
  for (const node of dialog.querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
}

function showErrors(body, errors) {
  let first = null;
  for (const [blockId, text] of Object.entries(errors)) {
    const block = [...body.querySelectorAll(".block-input")].find((node) => node.dataset.blockId === blockId);
    const note = block?.querySelector(".error");
    if (!note) continue;
    note.textContent = text;
    note.hidden = false;
    const input = block.querySelector("input, select, textarea");
    input?.setAttribute("aria-invalid", "true");
    first ??= input;
  }
  first?.focus();
}

function fail(dialog, text) {
  const note = dialog.querySelector(".form-error");
  note.textContent = text;
  note.hidden = false;
}
