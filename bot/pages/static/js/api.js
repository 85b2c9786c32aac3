// Requests to our own pages. Every refusal arrives as a Problem with a sentence for people.

import { text } from "./text.js";

const POST_LIMIT_MS = 20000;

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

async function send(url, options, ifSlow = () => text("no_reply")) {
  let answer;
  try {
    answer = await fetch(url, { cache: "no-store", redirect: "error", ...options });
  } catch (cause) {
    const rule = cause.name === "TimeoutError" ? "slow" : "away";
    throw new Problem(0, { error: rule === "slow" ? ifSlow() : text("unreachable"), rule });
  }
  if (answer.ok) return answer;
  throw new Problem(answer.status, await answer.json().catch(() => ({})));
}

export function post(url, fields, accept = "application/json") {
  // "application/json" stays acceptable so that errors come as sentences, not as pages.
  const headers = { Accept: accept === "application/json" ? accept : `${accept}, application/json` };
  const signal = AbortSignal.timeout(POST_LIMIT_MS);
  return send(url, { method: "POST", headers, body: new URLSearchParams(fields), signal });
}

export async function get(url, timeoutMs) {
  const headers = { Accept: "application/json" };
  const answer = await send(url, { headers, signal: AbortSignal.timeout(timeoutMs) }, () => text("play_too_slow"));
  return answer.json();
}

/** Post without waiting, also while the page goes away. */
export function sendBeacon(url, fields) {
  navigator.sendBeacon(url, new URLSearchParams(fields));
}
