// Stop: silence at once, and the order goes to the server until it arrives. Until then the page
// shows that the recording is not stopped yet. The order outlives a reload and a new sign-in.

import { post, sendBeacon } from "./api.js";
import { offerSignIn } from "./forms.js";
import { text } from "./text.js";

const KEPT = "help-clip stop ";
const AGAIN_MS = 2000;
const SLOW_MS = 1500;

export function openStop(form, silence, life) {
  const sentence = form.querySelector("#stop-note");
  const order = { form, sentence, life, sending: false, done: false, timer: null };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    silence(); // first of all
    sessionStorage.setItem(KEPT + form.action, "yes");
    send(order);
  });
  addEventListener("online", () => isKept(order) && send(order), { signal: life });
  addEventListener("pagehide", () => isKept(order) && sendBeacon(form.action, new FormData(form)), {
    signal: life,
  });
  life.addEventListener("abort", () => clearTimeout(order.timer));
  if (isKept(order)) send(order);
}

function isKept(order) {
  return !order.done && sessionStorage.getItem(KEPT + order.form.action) === "yes";
}

function forget(order) {
  sessionStorage.removeItem(KEPT + order.form.action);
}

async function send(order) {
  if (order.sending || order.done) return;
  order.sending = true;
  clearTimeout(order.timer);
  const slow = setTimeout(() => show(order, text("not_stopped_slow")), SLOW_MS);
  try {
    const answer = await post(order.form.action, new FormData(order.form));
    const { next } = await answer.json();
    order.done = true;
    forget(order);
    location.replace(next);
  } catch (problem) {
    report(order, problem);
  } finally {
    clearTimeout(slow);
    order.sending = false;
  }
}

function report(order, problem) {
  if (problem.signedOut) {
    offerSignIn(order.sentence, text("not_stopped_signed_out"));
    reveal(order);
    return;
  }
  if (problem.status === 0 || problem.status >= 500) {
    show(order, problem.status === 0 ? text("not_stopped_away") : text("not_stopped_broken"));
    if (!order.life.aborted) order.timer = setTimeout(() => send(order), AGAIN_MS);
    return;
  }
  forget(order);
  show(order, text("not_stopped", { reason: problem.message }));
}

function show(order, sentence) {
  if (order.sentence.textContent !== sentence) order.sentence.textContent = sentence;
  reveal(order);
}

function reveal(order) {
  order.form.dataset.pending = "yes";
}
