// The ask form: a range of words by its two ends, words or seconds, and a draft kept while typing.

import { post } from "./api.js";
import { text } from "./text.js";

const form = document.getElementById("ask");
const seconds = document.getElementById("seconds");
const words = [...form.querySelectorAll('input[name="word"]')];
const DRAFT_AFTER_MS = 800;
let timer = 0;
let anchor = null;

for (const word of words) word.addEventListener("change", () => choose(word));
seconds.addEventListener("input", () => {
  if (seconds.value) for (const word of words) word.checked = false;
});
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(keep, DRAFT_AFTER_MS);
});
form.addEventListener("submit", () => clearTimeout(timer));

/** One word, or with a second press everything between; a third press starts again. */
function choose(word) {
  const at = words.indexOf(word);
  const wasRange = words.filter((other) => other.checked && other !== word).length > 1;
  const from = !word.checked || wasRange || anchor === null ? at : anchor;
  const [low, high] = [Math.min(from, at), Math.max(from, at)];
  words.forEach((other, i) => (other.checked = word.checked || wasRange ? i >= low && i <= high : false));
  anchor = from === at && words[at].checked ? at : null;
  if (words.some((other) => other.checked)) seconds.value = "";
}

async function keep() {
  const place = document.getElementById("kept");
  try {
    await post("/ask/draft", new FormData(form));
    place.textContent = text("draft_kept");
  } catch (problem) {
    place.textContent = problem.signedOut ? text("signed_out") : "";
  }
}
