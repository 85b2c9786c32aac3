// Requests to our own pages. Every refusal arrives as a Problem with a sentence for people.

import { text } from "./text.js";

export class Problem extends Error {
  constructor(status, { error, field = null, rule = null } = {}) {
    super(error ?? text("unknown_problem"));
    this.status = status;
    this.field = field;
    this.rule = rule;
  }

  get signedOut() {
    return this.rule === "session" || this.rule === "csrf";
  }
}

async function send(url, options) {
  let answer;
  try {
    answer = await fetch(url, { cache: "no-store", redirect: "error", ...options });
  } catch (cause) {
    const rule = cause.name === "TimeoutError" ? "slow" : "away";
    throw new Problem(0, { error: text("unreachable"), rule });
  }
  if (answer.ok) return answer;
  throw new Problem(answer.status, await answer.json().catch(() => ({})));
}

export function post(url, fields, accept = "application/json") {
  // "application/json" stays acceptable so that errors come as sentences, not as pages.
  const headers = { Accept: accept === "application/json" ? accept : `${accept}, application/json` };
  return send(url, { method: "POST", headers, body: new URLSearchParams(fields) });
}

export async function get(url, timeoutMs) {
  const headers = { Accept: "application/json" };
  const answer = await send(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
  return answer.json();
}

/** Post without waiting, also while the page goes away. */
export function sendBeacon(url, fields) {
  navigator.sendBeacon(url, new URLSearchParams(fields));
}
