// Every form of a page that changes something is sent in place: what was typed stays, and each outcome
// has a sentence beside the button that was pressed.

import { enhance, noteProblem } from "./forms.js";

// For these rules the server has a page that keeps what was typed during a fresh sign-in.
const SIGN_IN_RULES = ["step_up", "session_idle"];

// Signing in leads to Slack, which only the browser itself can follow.
const FORMS = "main form[method=post]:not([action='/sign-in'])";

for (const form of document.querySelectorAll(FORMS)) sendInPlace(form);

function sendInPlace(form) {
  const showSentence = noteProblem(form);
  let pressed = null;
  form.addEventListener("submit", ({ submitter }) => {
    pressed = submitter;
  });
  enhance(form, {
    onProblem(problem) {
      if (SIGN_IN_RULES.includes(problem.rule)) {
        sendWhole(form, pressed);
        return;
      }
      showSentence(problem);
      mark(form, problem.field);
    },
    onNext: showDone,
  });
}

/** Show the result that the answer holds, or open the page that it names. */
function showDone(next, { html }) {
  if (!html) {
    location.replace(next);
    return;
  }
  const main = document.getElementById("main");
  main.innerHTML = html;
  main.focus();
}

/** Send the form as a browser does, with the button that was pressed. */
function sendWhole(form, pressed) {
  if (pressed?.name) {
    const choice = document.createElement("input");
    choice.type = "hidden";
    choice.name = pressed.name;
    choice.value = pressed.value;
    form.append(choice);
  }
  form.submit();
}

function mark(form, name) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const field = name && form.querySelector(`[name="${CSS.escape(name)}"]`);
  if (!field) return;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}
