// The officer's case: the player, which nothing but its own button starts.

import { openPlayer } from "./player_controls.js";
import { bindKeys } from "./keys.js";

const { player, actions } = openPlayer(document.querySelector(".closing"));
const quiet = () => player.playing && player.stop();

bindKeys(() => ({
  Escape: quiet, // here a key only ever ends the sound
  F1: actions.back,
  F2: actions.forward,
  F3: actions.slower,
  F4: actions.faster,
}));
document.querySelector(".hearing").addEventListener("toggle", ({ target }) => target.open || quiet());
for (const form of document.querySelectorAll("form")) form.addEventListener("submit", quiet);
