// "Not me", which can be undone: the page goes on at once, and the refusal is sent after five
// seconds, or as the page goes away.

import { post, sendBeacon } from "./api.js";

const UNDO_MS = 5000;
const waiting = new Map(); // the request's key -> how to send its refusal

addEventListener("pagehide", () => {
  for (const { url, fields } of waiting.values()) sendBeacon(url, fields);
  waiting.clear();
});

export function declineSoon(form) {
  const key = keyOf(form.action);
  const fields = new FormData(form);
  const timer = setTimeout(() => send(key), UNDO_MS);
  waiting.set(key, { url: form.action, fields, timer, whenSent: [] });
}

export function isDeclining(key) {
  return waiting.has(key);
}

export function undoDecline(key) {
  clearTimeout(waiting.get(key)?.timer);
  waiting.delete(key);
}

/** Call `act` when the refusal of this request can no longer be undone. */
export function whenDeclined(key, act) {
  waiting.get(key)?.whenSent.push(act);
}

async function send(key) {
  const refusal = waiting.get(key);
  if (!refusal) return;
  refusal.whenSent.forEach((act) => act());
  try {
    await post(refusal.url, refusal.fields);
    waiting.delete(key);
  } catch (problem) {
    // Only an answer of the server ends it; without one it is sent again.
    if (problem.status) waiting.delete(key);
    else refusal.timer = setTimeout(() => send(key), UNDO_MS);
  }
}

function keyOf(url) {
  return new URL(url).pathname.split("/")[2];
}
