// Talking to the sandbox's own driver API (docs/sandbox.md), always as one person.

import { store } from "./store.js";

async function answer(response) {
  try { return await response.json(); } catch { return { ok: false, error: `HTTP ${response.status}` }; }
}

export async function get(path, parameters = {}) {
  const query = new URLSearchParams({ as: store.me, ...parameters });
  return answer(await fetch(`/sandbox/${path}?${query}`));
}

export async function post(path, body = {}) {
  return answer(await fetch(`/sandbox/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: store.me, ...body }),
  }));
}

// Administrators' changes, which the sandbox lets every person make.
export const change = (body) => post("change", { by: store.me, ...body });

const WORDS = {
  account_inactive: "This account has been deactivated.",
  operation_timeout: "The app did not answer within three seconds.",
  dispatch_failed: "No app is connected, so nothing happened.",
  http_service_error: "The app answered with an error.",
  http_client_error: "The app refused the request.",
};

export const explain = (error) => WORDS[error] ?? `That did not work: ${error}`;
