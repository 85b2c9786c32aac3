// An open page follows its request: state, heading, buttons, and the end of the session.

import { get } from "./api.js";
import { keepTyped, offerSignIn } from "./forms.js";
import { reloadInPlace, showSignedOut } from "./open_page.js";

const IDLE_CHECK_MS = 5000;

/** Follow the request of the page `root`; `player` and `form` are null where the page has none. */
export function follow(root, { player, form, onBack }, life) {
  if (root.dataset.live !== "yes") return;
  const watch = { root, player, form, onBack, life, isReloading: false };
  const timer = setInterval(() => look(watch), IDLE_CHECK_MS);
  life.addEventListener("abort", () => clearInterval(timer));
  player?.addEventListener("closed", () => reload(watch), { signal: life });
  player?.addEventListener("signed-out", () => showSignedOut(form, offerSignIn), { signal: life });
}

async function look(watch) {
  const { root, player, life } = watch;
  if (document.hidden || player?.playing) return;
  let live;
  try {
    live = await get(`${root.dataset.base}/live?snippet=${player?.data.snippet ?? ""}`, IDLE_CHECK_MS);
  } catch (problem) {
    if (problem.signedOut && !life.aborted) showSignedOut(watch.form, offerSignIn);
    return; // the next look, or the next press, shows any other problem
  }
  if (life.aborted) return;
  watch.onBack?.();
  const count = document.getElementById("answered");
  if (count && live.answered_text) count.textContent = live.answered_text;
  if (player && !live.may_play) player.close(live.sentence, live.forget);
  else if (live.version !== root.dataset.version) await reload(watch, true);
}

/** Load the page anew. What was typed stays while the request can be answered. */
async function reload(watch, keeps = false) {
  if (watch.isReloading || watch.life.aborted) return;
  watch.isReloading = true;
  if (keeps && watch.form) keepTyped(watch.form);
  try {
    await reloadInPlace();
  } catch {
    watch.isReloading = false; // the next look tries again
  }
}
