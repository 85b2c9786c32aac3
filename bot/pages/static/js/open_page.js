// One page after the other in the same place: the next one takes over the main region, without a
// load. What belongs to one page (timers, listeners, the player) ends with the signal of its life.

import { Problem } from "./api.js";
import { text } from "./text.js";

const LIMIT_MS = 20000;
let kind = "";
let open = null;
let life = null;

/** Run `opener(signal)` for this page, and for each page of the same kind that takes its place. */
export function startPages(name, opener) {
  kind = name;
  open = opener;
  addEventListener("popstate", () => location.reload());
  begin();
}

function begin() {
  life = new AbortController();
  open(life.signal);
}

/** Show the page at `path` in the place of this one. A page of another kind is loaded whole. */
export async function showPage(path, { push = true } = {}) {
  const { html, url } = await fetched(path);
  const next = new DOMParser().parseFromString(html, "text/html");
  const main = next.getElementById("main");
  if (!main?.querySelector(`#request[data-page="${kind}"]`)) {
    location.assign(url);
    return;
  }
  life.abort();
  document.getElementById("main").replaceWith(document.adoptNode(main));
  document.title = next.title;
  const address = new URL(url);
  const shown = address.pathname + address.search;
  if (push) history.pushState(null, "", shown);
  begin();
  if (push) scrollTo(0, 0);
  const first = main.querySelector("[autofocus]") ?? main;
  if (push || first !== main) first.focus();
}

/** Load this page anew in its place: its request went on without it. */
export function reloadInPlace() {
  return showPage(location.pathname + location.search, { push: false });
}

async function fetched(path) {
  try {
    const answer = await fetch(path, {
      cache: "no-store",
      headers: { Accept: "text/html" },
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    return { html: await answer.text(), url: answer.url };
  } catch {
    throw new Problem(0, { error: text("unreachable"), rule: "away" });
  }
}

/** The session has ended: the page shows that, and nothing of the request. */
export function showSignedOut(form, offerSignIn) {
  life.abort();
  const card = document.createElement("section");
  card.classList.add("card", "calm");
  const title = document.createElement("h1");
  title.textContent = text("signed_out_title");
  const sentence = document.createElement("p");
  offerSignIn(sentence, text("signed_out_means"), form);
  card.append(title, sentence);
  document.getElementById("main").replaceChildren(card);
  document.getElementById("main").focus();
}
