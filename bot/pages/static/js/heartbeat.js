// Asks the server, while sound plays, whether it may go on. Questions overlap on a slow link.

import { Problem } from "./api.js";
import { text } from "./text.js";

const LOOK_MS = 50;
const BEAT_MS = 500;
const SLOW_LINK_MS = 500; // a longer round trip makes the link a slow one
const SLOW_BEAT_MS = 180;
// So long after the last allowed question was sent, the sound ends. The server reads its log every
// 0.25 s, so a player stops within 2 s of the order. Two answers in a row may be missed.
const LONGEST_MS = 1700;
const START_LIMIT_MS = 5000;

export class Heartbeat {
  /** `ask(limitMs)` asks the server. `onRefusal` gets its refusal, `onProblem` any other reason to end. */
  constructor(ask, { onRefusal, onProblem }) {
    Object.assign(this, { ask, onRefusal, onProblem });
    Object.assign(this, { playing: false, ended: false, roundTripMs: 0, problem: null });
    this.allowedAt = performance.now(); // the press itself is checked too
    this.beatAt = this.allowedAt;
    this.timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Wait until a question sent a moment ago was allowed; from then on silence ends the sound. */
  async begin() {
    const until = performance.now() + START_LIMIT_MS;
    while (!this.ended && this.#isLongAgo) {
      if (performance.now() > until) throw this.#reason;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    this.playing = true;
  }

  end() {
    this.ended = true;
    clearInterval(this.timer);
  }

  get #isLongAgo() {
    return performance.now() - this.allowedAt > LONGEST_MS;
  }

  get #reason() {
    return this.problem ?? new Problem(0, { error: text("play_too_slow"), rule: "slow" });
  }

  #look() {
    if (this.playing && this.#isLongAgo) {
      // Not knowing whether it may go on, it does not.
      this.onProblem(this.#reason);
      return;
    }
    const everyMs = this.roundTripMs > SLOW_LINK_MS ? SLOW_BEAT_MS : BEAT_MS;
    if (performance.now() - this.beatAt >= everyMs) this.#beat();
  }

  async #beat() {
    const sentAt = performance.now();
    this.beatAt = sentAt;
    try {
      const live = await this.ask(LONGEST_MS);
      if (this.ended) return;
      this.roundTripMs = performance.now() - sentAt;
      this.problem = null;
      if (live.may_play) this.allowedAt = Math.max(this.allowedAt, sentAt);
      else this.onRefusal(live);
    } catch (problem) {
      if (this.ended) return;
      this.problem = problem;
      if (problem.status >= 400 && problem.status < 500) this.onProblem(problem);
    }
  }
}
