// The ruling page: the peers' player, readings by letter, the ruling, and the way to the next one.

import { post } from "./api.js";
import { follow } from "./follow.js";
import { enhance, offerSignIn, restoreTyped } from "./forms.js";
import { bindKeys } from "./keys.js";
import { showPage, startPages } from "./open_page.js";
import { openKeysDialog, ownKeys } from "./own_keys.js";
import { openPlayer } from "./player_controls.js";
import { openStop } from "./stop.js";
import { text } from "./text.js";

const LETTERS = "abcdefgh";
const PREVIEW_MS = 400;
const CLAIM_MS = 30000;

startPages("rule", openRuling);

function openRuling(life) {
  const root = document.getElementById("request");
  const form = document.getElementById("ruling");
  const controls = document.getElementById("player") && openPlayer(form, life);
  const player = controls?.player ?? null;
  const stop = document.getElementById("stop");
  if (stop) openStop(stop, () => player?.stop(), life);
  if (form) openForm(form, player, life);
  if (form) keepClaim(form, life);
  for (const link of document.querySelectorAll("a#skip, a#next, a#undo")) openLink(link, player);
  const dialog = document.getElementById("keys");
  if (dialog) openKeysDialog(dialog);
  document.getElementById("show-keys")?.addEventListener("click", () => dialog.showModal());
  bindKeys(() => keys(controls, form, dialog), life);
  follow(root, { player, form, onBack: controls?.clearAway }, life);
}

function keys(controls, form, dialog) {
  const click = (id) => () => document.getElementById(id)?.click();
  const choices = readings(form).map((radio, i) => [`reading ${i}`, [LETTERS[i], () => choose(radio)]]);
  const own = ownKeys({
    loop: ["l", () => controls?.actions.loop()],
    reason: ["r", () => document.getElementById("reason")?.focus()],
    skip: ["s", click("skip")],
    undo: ["z", click("undo")],
    stop: ["!", () => document.getElementById("stop")?.requestSubmit()],
    help: ["?", () => dialog?.showModal()],
    ...Object.fromEntries(choices),
  });
  if (!controls) return own;
  const { toggle, back, forward, slower, faster } = controls.actions;
  return { ...own, " ": toggle, Escape: toggle, F1: back, F2: forward, F3: slower, F4: faster };
}

function readings(form) {
  return [...(form?.querySelectorAll(".reading input") ?? [])].slice(0, LETTERS.length);
}

/** Choose a reading by its key, then type the reason. */
function choose(radio) {
  if (radio.matches(":disabled")) return;
  radio.click();
  document.getElementById("reason").focus();
}

function openForm(form, player, life) {
  const fields = document.getElementById("ruling-fields");
  restoreTyped(form);
  document.getElementById("text").addEventListener("input", ({ target }) => {
    if (target.value) form.elements.choice.value = "other";
  });
  if (player) player.heard = form.dataset.heard === "yes";
  player?.addEventListener("heard", () => {
    fields.disabled = false;
    document.getElementById("ruling-hint").textContent = text("can_rule");
  });
  form.addEventListener("submit", () => player?.stop(), { capture: true });
  openPreview(form, life);
  enhance(form, { onProblem: (problem) => showProblem(form, problem), onNext: showPage });
}

/** Work on the page keeps the lead's claim on it, which lapses after 90 seconds. */
function keepClaim(form, life) {
  let keptAt = Date.now();
  const keep = () => {
    if (Date.now() - keptAt < CLAIM_MS) return;
    keptAt = Date.now();
    post(`${form.action}/claim`, { csrf: form.elements.csrf.value }).catch((problem) => {
      if (problem.status === 409) showProblem(form, problem);
    });
  };
  for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, keep, { signal: life });
}

/** Show the reason as Slack will show it, where some of its words will be masked. */
function openPreview(form, life) {
  const field = document.getElementById("reason");
  const place = document.getElementById("reason-preview");
  let timer = null;
  const look = async () => {
    const typed = field.value.trim();
    if (!typed) return;
    try {
      const fields = { csrf: form.elements.csrf.value, reason: typed };
      const answer = await post(`${form.action}/reason`, fields);
      const { masked } = await answer.json();
      if (life.aborted || field.value.trim() !== typed) return;
      place.textContent = masked === typed ? "" : text("reason_masked", { masked });
    } catch {
      place.textContent = ""; // only a preview: sending shows any problem
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PREVIEW_MS);
  });
  life.addEventListener("abort", () => clearTimeout(timer));
}

function showProblem(form, problem) {
  const error = document.getElementById("ruling-error");
  error.textContent = problem.message;
  const field = { text: "text", reason: "reason" }[problem.field];
  if (field) document.getElementById(field).focus();
  if (problem.field === "choice") form.querySelector("[name=choice]").focus();
  if (problem.signedOut) offerSignIn(error, problem.message, form);
}

/** A link to another dispute, which opens in the place of this one. */
function openLink(link, player) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    player?.stop();
    try {
      await showPage(link.href);
    } catch {
      location.assign(link.href);
    }
  });
}
