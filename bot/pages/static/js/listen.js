// The listen page: player, answer form, keys, and the way to the next request.

import { declineSoon, isDeclining, undoDecline, whenDeclined } from "./decline.js";
import { follow } from "./follow.js";
import { enhance, note, noteProblem, offerSignIn, restoreTyped } from "./forms.js";
import { bindKeys } from "./keys.js";
import { showPage, startPages } from "./open_page.js";
import { openKeysDialog, ownKey, ownKeys } from "./own_keys.js";
import { openPlayer } from "./player_controls.js";
import { openStop } from "./stop.js";
import { text } from "./text.js";

startPages("listen", openListen);

function openListen(life) {
  const root = document.getElementById("request");
  const form = document.getElementById("answer");
  const controls = document.getElementById("player") && openPlayer(form, life);
  const player = controls?.player ?? null;
  const quiet = () => player?.stop();
  const stop = document.getElementById("stop");
  if (stop) openStop(stop, quiet, life);
  if (form && player) openAnswer(form, player, life);
  for (const other of document.querySelectorAll("form[data-enhance]")) {
    enhance(other, { onNext: other.id === "undo" ? showPage : undefined });
  }
  openDeclining(quiet);
  for (const link of document.querySelectorAll("a#skip, a#next")) openLink(link, quiet);
  const dialog = document.getElementById("keys");
  if (dialog) openKeysDialog(dialog);
  document.getElementById("show-keys")?.addEventListener("click", () => dialog.showModal());
  bindKeys(() => keys(controls, form, dialog), life);
  follow(root, { player, form, onBack: controls?.clearAway }, life);
}

function keys(controls, form, dialog) {
  const press = (id) => () => document.getElementById(id)?.requestSubmit();
  const own = ownKeys({
    answer: ["a", () => document.getElementById("text")?.focus()],
    skip: ["s", () => document.getElementById("skip")?.click()],
    decline: ["n", press("not-me")],
    undo: ["z", press("undo")],
    stop: ["!", press("stop")],
    help: ["?", () => dialog?.showModal()],
    loop: ["l", () => controls?.actions.loop()],
    unsure: ["1", () => setSure(form, 1)],
    fairly: ["2", () => setSure(form, 2)],
    certain: ["3", () => setSure(form, 3)],
  });
  if (!controls) return own;
  const { toggle, back, forward, slower, faster } = controls.actions;
  return { ...own, " ": toggle, Escape: toggle, F1: back, F2: forward, F3: slower, F4: faster };
}

function openAnswer(form, player, life) {
  const fields = document.getElementById("answer-fields");
  const field = document.getElementById("text");
  const error = document.getElementById("answer-error");
  player.heard = form.dataset.heard === "yes";
  player.addEventListener("heard", () => {
    fields.disabled = false;
    document.getElementById("answer-hint").textContent = text("can_answer");
    if (isFree(document.activeElement)) field.focus();
  });
  restoreTyped(form);
  field.addEventListener("input", () => {
    if (field.value) form.elements.answer.value = "words";
    error.textContent = "";
    field.removeAttribute("aria-invalid");
  });
  field.addEventListener("keydown", (event) => {
    if (isStop(event, field)) {
      event.preventDefault();
      document.getElementById("stop")?.requestSubmit();
      return;
    }
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    setSure(form, Math.min(3, Math.max(1, Number(form.elements.confidence.value) + step)));
  });
  player.addEventListener("closed", () => (fields.disabled = true), { signal: life });
  form.addEventListener("submit", () => player.stop(), { capture: true });
  enhance(form, { onProblem: (problem) => showProblem(form, problem, field), onNext: showPage });
}

/** Whether the key of Stop was pressed in the empty field: no answer begins with a mark. */
function isStop({ key }, field) {
  return !field.value && !/[\p{L}\p{N}\s]/u.test(key) && key === ownKey("stop", "!");
}

/** Whether the focus may move into the answer field: no other control has it for a reason. */
function isFree(element) {
  return !element || element === document.body || element.matches("#play, [tabindex='-1']");
}

function showProblem(form, problem, field) {
  const error = document.getElementById("answer-error");
  error.textContent = problem.message;
  if (problem.field === "text") {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
  if (problem.signedOut) offerSignIn(error, problem.message, form);
}

function setSure(form, number) {
  if (form && !document.getElementById("answer-fields").disabled) {
    form.elements.confidence.value = String(number);
  }
}

/** "Not me" and its undoing. */
function openDeclining(quiet) {
  const form = document.getElementById("not-me");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    quiet();
    declineSoon(form);
    try {
      await showPage(form.dataset.next);
    } catch (problem) {
      undoDecline(form.action.split("/").at(-2));
      noteProblem(form)(problem);
    }
  });
  const undo = document.querySelector("form#undo[data-declined]");
  const key = undo?.dataset.declined;
  if (!undo || !isDeclining(key)) return;
  const sentence = document.getElementById("declined");
  const afterwards = sentence.textContent;
  sentence.textContent = text("declining");
  undo.hidden = false;
  whenDeclined(key, () => {
    sentence.textContent = afterwards;
    undo.remove();
  });
  undo.addEventListener("submit", async (event) => {
    event.preventDefault();
    undoDecline(key);
    try {
      await showPage(`/r/${key}`);
    } catch (problem) {
      note(undo, problem.message);
    }
  });
}

/** A link to another request of the shift, which opens in the place of this one. */
function openLink(link, quiet) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    quiet();
    try {
      await showPage(link.href);
    } catch {
      location.assign(link.href);
    }
  });
}
