// Forms without losing the page: what was typed stays, and every outcome has a sentence beside the
// button that was pressed.

import { post } from "./api.js";
import { text } from "./text.js";

const KEPT = "help-clip typed ";
const SLOW_MS = 1500;

/** Send `form` by script; on success `onNext` gets the address that the answer names, and the answer. */
export function enhance(form, { onProblem = noteProblem(form), onNext = go } = {}) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sending) return;
    const fields = new FormData(form, event.submitter);
    const slow = begin(form);
    try {
      const answer = await post(form.action, fields);
      const done = await answer.json();
      await onNext(done.next, done);
    } catch (problem) {
      onProblem(problem);
    } finally {
      end(form, slow);
    }
  });
}

const go = (next) => location.replace(next);

function begin(form) {
  form.dataset.sending = "yes";
  form.setAttribute("aria-busy", "true");
  note(form, "");
  return setTimeout(() => note(form, text("still_sending"), "slow"), SLOW_MS);
}

function end(form, slow) {
  clearTimeout(slow);
  delete form.dataset.sending;
  form.removeAttribute("aria-busy");
  if (noteOf(form).dataset.kind === "slow") note(form, "");
}

/** A function that shows a problem beside the buttons of `form`, with a way to sign in again. */
export function noteProblem(form) {
  return (problem) => {
    note(form, problem.message);
    if (problem.signedOut) offerSignIn(noteOf(form), problem.message);
  };
}

export function note(form, sentence, kind = "") {
  const place = noteOf(form);
  place.textContent = sentence;
  place.dataset.kind = kind;
}

function noteOf(form) {
  const place = form.querySelector(".form-note");
  if (place) return place;
  const made = document.createElement("p");
  made.classList.add("error", "form-note");
  made.setAttribute("role", "alert");
  form.append(made);
  return made;
}

/** Keep what was typed in this tab while its owner signs in again, then put it back. */
export function keepTyped(form) {
  sessionStorage.setItem(KEPT + location.pathname, JSON.stringify([...new FormData(form)]));
}

export function restoreTyped(form) {
  const kept = sessionStorage.getItem(KEPT + location.pathname);
  if (!kept) return;
  sessionStorage.removeItem(KEPT + location.pathname);
  for (const [name, value] of JSON.parse(kept)) {
    if (name === "csrf") continue;
    const field = form.elements[name];
    if (field) field.value = value;
  }
}

/** A sentence with a way to sign in and come back here. */
export function offerSignIn(place, sentence, form) {
  const link = document.createElement("a");
  link.href = `/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = text("sign_in_again");
  link.addEventListener("click", () => form && keepTyped(form));
  place.replaceChildren(`${sentence.replace(` ${link.textContent}.`, "")} `, link, ".");
}
