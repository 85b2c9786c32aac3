// A span less disguised: the player, which plays once.

import { openPlayer } from "./player_controls.js";
import { bindKeys } from "./keys.js";

const { player, actions } = openPlayer(null);

bindKeys(() => ({
  Escape: () => player.playing && player.stop(),
  F1: actions.back,
  F2: actions.forward,
  F3: actions.slower,
  F4: actions.faster,
  l: actions.loop,
}));
