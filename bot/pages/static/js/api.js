// Talking to our own pages. Every refusal arrives as a Problem with a sentence for people.

export class Problem extends Error {
  constructor(status, { error, field = null, rule = null } = {}) {
    super(error ?? "This did not work. Try again in a moment.");
    this.status = status;
    this.field = field;
    this.rule = rule;
  }

  get signedOut() {
    return this.rule === "session" || this.rule === "csrf";
  }
}

const AWAY = "help-clip cannot be reached. Check your connection, then try again.";

async function send(url, options) {
  let answer;
  try {
    answer = await fetch(url, { cache: "no-store", redirect: "error", ...options });
  } catch (cause) {
    throw new Problem(0, { error: AWAY, rule: cause.name === "TimeoutError" ? "slow" : "away" });
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
export function tell(url, fields) {
  navigator.sendBeacon(url, new URLSearchParams(fields));
}
