// The listen page: player, answer form, keys, and the end of the request.

import { get } from "./api.js";
import { openPlayer } from "./player_controls.js";
import { enhance, offerSignIn, restoreTyped } from "./forms.js";
import { bindKeys } from "./keys.js";

const IDLE_CHECK_MS = 5000;

const form = document.getElementById("answer");
const { player, actions, root, show } = openPlayer(form);
const keysDialog = document.getElementById("keys");
const showKeys = () => keysDialog.showModal();
document.getElementById("show-keys").addEventListener("click", showKeys);
if (form) openAnswer();

for (const id of ["not-me", "stop"]) {
  const other = document.getElementById(id);
  if (!other) continue;
  // Before anything else there is silence; then the server is live.
  other.addEventListener("submit", () => player.stop(), { capture: true });
  enhance(other, { onProblem: (problem) => showNotice(problem) });
}
for (const other of document.querySelectorAll("form[data-enhance]:not([id])")) {
  enhance(other, { onProblem: showNotice });
}

bindKeys({
  " ": actions.toggle,
  Escape: actions.toggle,
  F1: actions.back,
  F2: actions.forward,
  F3: actions.slower,
  F4: actions.faster,
  l: actions.loop,
  a: () => document.getElementById("text")?.focus(),
  n: () => document.getElementById("not-me")?.requestSubmit(),
  "!": () => document.getElementById("stop").requestSubmit(),
  "?": showKeys,
  1: () => setSure(1),
  2: () => setSure(2),
  3: () => setSure(3),
});

player.addEventListener("closed", () => closeForm());
setInterval(checkRequest, IDLE_CHECK_MS);

function showNotice(problem) {
  show(problem.message);
  if (problem.signedOut) offerSignIn(document.getElementById("player-notice"), problem.message, form);
}

function openAnswer() {
  const fields = document.getElementById("answer-fields");
  const text = document.getElementById("text");
  const error = document.getElementById("answer-error");
  player.heard = form.dataset.heard === "yes";
  player.addEventListener("heard", () => {
    fields.disabled = false;
    document.getElementById("answer-hint").hidden = true;
  });
  restoreTyped(form);
  text.addEventListener("input", () => {
    if (text.value) form.elements.answer.value = "words";
    error.textContent = "";
    text.removeAttribute("aria-invalid");
  });
  form.addEventListener("submit", () => player.stop(), { capture: true });
  enhance(form, { onProblem: (problem) => showProblem(problem, text, error) });
}

function showProblem(problem, text, error) {
  error.textContent = problem.message;
  if (problem.field === "text") {
    text.setAttribute("aria-invalid", "true");
    text.focus();
  }
  if (problem.signedOut) offerSignIn(error, problem.message, form);
  if (problem.status === 409) player.close(problem.message);
}

function closeForm() {
  const fields = document.getElementById("answer-fields");
  if (fields) fields.disabled = true;
}

function setSure(number) {
  if (form && !document.getElementById("answer-fields").disabled) {
    form.elements.confidence.value = String(number);
  }
}

/** While nothing plays: show new answers, and close the player with the request. */
async function checkRequest() {
  if (document.hidden || player.playing || root.dataset.closed) return;
  try {
    const live = await get(`${player.data.base}/live?snippet=${player.data.snippet}`, IDLE_CHECK_MS);
    if (!live.may_play) player.close(live.sentence, live.forget);
    const count = document.getElementById("answered");
    if (count && live.answered_text) count.textContent = live.answered_text;
  } catch {
    // The next check, or the next press, shows the problem.
  }
}
