// Forms without losing the page: what was typed stays, and an error appears where it belongs.

import { post } from "./api.js";
import { text } from "./text.js";

const KEPT = "help-clip typed ";

/** Send `form` by script; on success go where the answer says. */
export function enhance(form, { onProblem } = {}) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form, event.submitter);
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await post(form.action, fields);
      const { next } = await answer.json();
      location.replace(next);
    } catch (problem) {
      delete form.dataset.sending;
      form.removeAttribute("aria-busy");
      onProblem?.(problem);
    }
  });
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
