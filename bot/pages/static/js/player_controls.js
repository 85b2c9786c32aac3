// The player's controls, shared by the pages that play a snippet.

import { offerSignIn } from "./forms.js";
import { text } from "./text.js";
import { Waveform } from "./waveform.js";
import { Player, SPEEDS } from "./player.js";

const SKIP_MS = 500;

/** Wire up the player on this page, until its `life` ends.
 *  `form` is kept should its owner have to sign in again. */
export function openPlayer(form, life = new AbortController().signal) {
  const root = document.getElementById("player");
  const data = JSON.parse(document.getElementById("player-data").textContent);
  const player = new Player(data);
  const waveform = new Waveform(root, data, life);
  const notice = document.getElementById("player-notice");
  const show = (sentence) => (notice.textContent = sentence ?? "");

  player.addEventListener("state", ({ detail }) => showState(root, detail, show));
  player.addEventListener("position", ({ detail }) => waveform.moveTo(detail));
  player.addEventListener("sound", ({ detail }) => waveform.show(detail.samples));
  player.addEventListener("notice", ({ detail }) => show(detail));
  player.addEventListener("closed", ({ detail }) => lock(root, detail, show));
  player.addEventListener("forgotten", () => waveform.forget());
  player.addEventListener("signed-out", () => offerSignIn(notice, notice.textContent, form));
  addEventListener("pagehide", () => leave(player), { signal: life });
  life.addEventListener("abort", () => {
    player.stop();
    player.dispose();
  });

  const actions = controls(root, player, waveform);
  enable(root, true); // from here on a press is not lost
  const away = text("unreachable");
  const clearAway = () => notice.textContent === away && show("");
  return { player, actions, root, show, clearAway };
}

function leave(player) {
  player.leave();
  player.stop();
}

function showState(root, state, show) {
  root.dataset.state = state;
  const button = root.querySelector("#play");
  button.querySelector(".label").textContent = state === "idle" ? text("play") : text("stop");
  if (state === "loading") {
    show("");
    root.closest("details")?.setAttribute("open", ""); // a key may start a player that is folded away
  }
}

function lock(root, sentence, show) {
  root.dataset.closed = "yes";
  enable(root, false);
  show(sentence);
}

function enable(root, usable) {
  for (const control of root.querySelectorAll("button, input")) {
    if (!control.closest("#stop")) control.disabled = !usable; // Stop works in every state
  }
}

function controls(root, player, waveform) {
  const on = (id, act) =>
    root.querySelector(id).addEventListener("click", (event) => {
      // After a click with a pointer (detail > 0) Space is for playing, not for this button again.
      if (event.detail > 0) event.currentTarget.blur();
      act();
    });
  const actions = {
    toggle: () => player.toggle(),
    back: () => player.skip(-SKIP_MS),
    forward: () => player.skip(SKIP_MS),
    slower: () => setSpeed(root, player, -1),
    faster: () => setSpeed(root, player, 1),
    loop: () => setLooping(root, player, !player.looping),
  };
  on("#play", actions.toggle);
  on("#back", actions.back);
  on("#forward", actions.forward);
  on("#slower", actions.slower);
  on("#faster", actions.faster);
  on("#loop", actions.loop);
  bindVolume(root, player);
  bindSofter(root, player);
  waveform.scope.addEventListener("pointerdown", (event) => {
    if (root.dataset.closed) return;
    player.seek(waveform.momentAt(event.clientX));
    if (!player.playing) player.play();
  });
  const guarded = ([name, act]) => [name, () => root.dataset.closed || act()];
  return Object.fromEntries(Object.entries(actions).map(guarded));
}

function setSpeed(root, player, step) {
  const at = Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(player.speed) + step));
  player.setSpeed(SPEEDS[at]);
  root.querySelector("#speed").textContent = `${SPEEDS[at]}×`;
}

function setLooping(root, player, looping) {
  player.setLooping(looping);
  root.querySelector("#loop").setAttribute("aria-pressed", String(looping));
}

function bindVolume(root, player) {
  const slider = root.querySelector("#volume");
  slider.value = localStorage.getItem("help-clip volume") ?? slider.value;
  const apply = () => player.setVolume(slider.value / 100);
  slider.addEventListener("input", () => {
    localStorage.setItem("help-clip volume", slider.value);
    apply();
  });
  apply();
}

/** Softer: quieter, duller, the picture folded away and the masked text first. Kept in this browser. */
function bindSofter(root, player) {
  const box = root.querySelector("#softer");
  const transcript = document.querySelector(".transcript");
  box.checked = localStorage.getItem("help-clip softer") === "yes";
  const apply = () => {
    player.setSofter(box.checked);
    root.dataset.softer = box.checked ? "yes" : "no";
    if (!transcript || transcript.closest("section")) return; // an officer has the text first anyway
    if (box.checked) root.before(transcript);
    else root.after(transcript);
  };
  box.addEventListener("change", () => {
    localStorage.setItem("help-clip softer", box.checked ? "yes" : "no");
    apply();
  });
  apply();
}
