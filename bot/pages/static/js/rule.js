// The ruling page: the peers' player, readings by letter, and the ruling.

import { openPlayer } from "./player_controls.js";
import { enhance, offerSignIn, restoreTyped } from "./forms.js";
import { bindKeys } from "./keys.js";

const form = document.getElementById("ruling");
const error = document.getElementById("ruling-error");
const stop = document.getElementById("stop");
const controls = document.getElementById("player") && openPlayer(form);

restoreTyped(form);
document.getElementById("text").addEventListener("input", ({ target }) => {
  if (target.value) form.elements.choice.value = "other";
});
form.addEventListener("submit", () => controls?.player.stop(), { capture: true });
enhance(form, { onProblem: showProblem });
if (stop) {
  stop.addEventListener("submit", () => controls?.player.stop(), { capture: true });
  enhance(stop, { onProblem: showProblem });
}

bindKeys({
  ...(controls && {
    " ": controls.actions.toggle,
    Escape: controls.actions.toggle,
    F1: controls.actions.back,
    F2: controls.actions.forward,
    F3: controls.actions.slower,
    F4: controls.actions.faster,
    l: controls.actions.loop,
  }),
  ...Object.fromEntries(readings().map((radio, i) => ["abcdefgh"[i], () => radio.click()])),
  r: () => document.getElementById("reason").focus(),
  "!": () => stop?.requestSubmit(),
});

function readings() {
  return [...form.querySelectorAll(".reading input")].slice(0, 8);
}

function showProblem(problem) {
  error.textContent = problem.message;
  const field = { text: "text", reason: "reason" }[problem.field];
  if (field) document.getElementById(field).focus();
  if (problem.signedOut) offerSignIn(error, problem.message, form);
}
