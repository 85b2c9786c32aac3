// Plays one snippet. Each press of play is asked for anew, recorded by the server before the first
// byte leaves it, and forgotten here when it stops.

import { get, post, Problem, sendBeacon } from "./api.js";
import { Heartbeat } from "./heartbeat.js";
import { listenProgress, LOOP_PAUSE_MS } from "./listen_progress.js";
import { decoded, faded, frames, newPress, RATE_HZ } from "./samples.js";
import { text } from "./text.js";
import { timeStretch } from "./time_stretch.js";

export const SPEEDS = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2];
const LOOP_MARGIN_MS = 60; // so that the first and last phones are not clipped
const REPORT_MS = 10000;
const SOFT_HZ = 2200; // dull, and words still told apart
const SOFT_GAIN = 0.5;
const FIRST_SOFT_GAIN = 0.25; // the first play, before the listener knows the sound

/** Events: "state" (detail: idle | loading | playing), "position" (ms), "sound" (samples, rate),
 *  "heard", "notice" (a sentence), "closed" (a sentence), "forgotten" (nothing may stay on screen). */
export class Player extends EventTarget {
  constructor(data) {
    super();
    Object.assign(this, { data, state: "idle", speed: 1, looping: false, cursorMs: 0, heard: false });
    this.run = null;
    this.softer = false;
    this.plays = 0;
  }

  get playing() {
    return this.state !== "idle";
  }

  setVolume(share) {
    this.volume = share * share; // loudness is felt roughly as the square root of amplitude
    this.#setGain();
  }

  /** Quieter and duller, as a choice. It does not protect the listener from the words. */
  setSofter(softer) {
    const at = this.positionMs;
    this.softer = softer;
    this.#setGain();
    if (this.state === "playing") this.#restart(at);
  }

  toggle() {
    if (this.playing) this.stop();
    else this.play();
  }

  async play() {
    if (this.playing) return;
    const run = { press: newPress(), stretched: new Map(), spanMs: 0, loops: 0, reportedMs: 0 };
    this.run = run;
    this.#enter("loading");
    try {
      await this.#openSpeaker(); // first: a sound that cannot play must not be on record as heard
      if (this.run !== run) return;
      this.#watch(run);
      const samples = await this.#fetch(run.press);
      await run.heartbeat.begin();
      if (this.run !== run) return;
      run.samples = samples;
      this.#emit("sound", { samples, rateHz: RATE_HZ });
      this.#enter("playing");
      this.#start(this.cursorMs);
      run.timer = setInterval(() => this.#report(run), REPORT_MS);
    } catch (error) {
      if (this.run === run) this.#fail(error);
    }
  }

  /** Silence at once; the part that has played is reported. */
  stop(nextMs = 0) {
    const run = this.run;
    if (!run) return;
    this.#halt();
    clearInterval(run.timer);
    run.heartbeat?.end();
    this.run = null;
    if (run.samples) this.plays += 1;
    this.cursorMs = nextMs;
    this.#enter("idle");
    this.#emit("position", nextMs);
    if (run.samples) this.#report(run);
  }

  skip(ms) {
    this.seek(this.positionMs + ms);
  }

  seek(ms) {
    this.cursorMs = Math.min(Math.max(0, ms), Math.max(0, this.data.duration_ms - 50));
    this.#emit("position", this.cursorMs);
    if (this.state === "playing") this.#restart(this.cursorMs);
  }

  setSpeed(speed) {
    const at = this.positionMs;
    this.#settleAccount();
    this.speed = speed;
    if (this.state === "playing") this.#restart(at);
  }

  setLooping(looping) {
    const at = this.positionMs;
    this.#settleAccount();
    this.looping = looping;
    if (this.state === "playing") this.#restart(looping ? this.data.span_ms[0] : at);
  }

  /** Where in the snippet the sound is now. */
  get positionMs() {
    const part = this.part;
    if (!part) return this.cursorMs;
    const playedMs = this.#elapsedMs(part) * part.speed;
    if (!part.looping) return Math.min(part.fromMs + playedMs, this.data.duration_ms);
    const cycleMs = part.toMs - part.fromMs + LOOP_PAUSE_MS * part.speed;
    return Math.min(part.fromMs + (playedMs % cycleMs), part.toMs);
  }

  /** The page of this player is over. */
  dispose() {
    this.context?.close();
  }

  /** Report on the way out: called when the page goes away. */
  leave() {
    const run = this.run;
    if (!run?.samples) return;
    this.#settleAccount();
    run.reportedMs = run.spanMs;
    sendBeacon(`${this.data.base}/played`, this.#account(run));
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #enter(state) {
    this.state = state;
    this.#emit("state", state);
  }

  /** Browsers start sound only after a real gesture, and Escape does not count as one. */
  async #openSpeaker() {
    const silent = new Problem(0, { error: text("press_once") });
    if (navigator.userActivation?.hasBeenActive === false) throw silent;
    if (!this.context) {
      this.context = new AudioContext({ latencyHint: "interactive" });
      this.gain = this.context.createGain();
      this.gain.connect(this.context.destination);
      this.dull = this.context.createBiquadFilter();
      this.dull.type = "lowpass";
      this.dull.frequency.value = SOFT_HZ;
      this.dull.connect(this.gain);
    }
    this.#setGain();
    const late = new Promise((resolve) => setTimeout(resolve, 800));
    await Promise.race([this.context.resume(), late]);
    if (this.context.state !== "running") throw silent;
  }

  #setGain() {
    if (!this.gain) return;
    const soft = this.plays ? SOFT_GAIN : FIRST_SOFT_GAIN;
    this.gain.gain.value = (this.volume ?? 0.64) * (this.softer ? soft : 1);
  }

  async #fetch(press) {
    const fields = { csrf: this.data.csrf, press };
    const answer = await post(`${this.data.base}/audio`, fields, "audio/wav");
    return decoded(await answer.arrayBuffer());
  }

  #start(fromMs) {
    const part = this.looping ? this.#loopPart() : this.#wholePart(fromMs);
    const node = this.context.createBufferSource();
    const buffer = this.context.createBuffer(1, Math.max(1, part.samples.length), RATE_HZ);
    buffer.copyToChannel(part.samples, 0);
    node.buffer = buffer;
    node.loop = part.looping;
    node.connect(this.softer ? this.dull : this.gain);
    node.onended = () => this.part === part && this.#ended();
    part.node = node;
    part.startedAt = this.context.currentTime;
    node.start();
    this.part = part;
    this.#follow(part);
  }

  #wholePart(fromMs) {
    const whole = this.#stretched("whole", () => this.run.samples);
    const samples = whole.subarray(Math.round(frames(fromMs) / this.speed));
    return { samples: faded(samples), fromMs, toMs: this.data.duration_ms, speed: this.speed, looping: false };
  }

  #loopPart() {
    const fromMs = Math.max(0, this.data.span_ms[0] - LOOP_MARGIN_MS);
    const toMs = Math.min(this.data.duration_ms, this.data.span_ms[1] + LOOP_MARGIN_MS);
    const cut = () => this.run.samples.slice(frames(fromMs), frames(toMs));
    const word = faded(this.#stretched("loop", cut));
    const samples = new Float32Array(word.length + frames(LOOP_PAUSE_MS));
    samples.set(word);
    return { samples, fromMs, toMs, speed: this.speed, looping: true };
  }

  #stretched(name, cut) {
    const key = `${name} ${this.speed}`;
    const known = this.run.stretched;
    if (!known.has(key)) known.set(key, timeStretch(cut(), this.speed, RATE_HZ));
    return known.get(key);
  }

  #restart(fromMs) {
    this.#settleAccount();
    this.#halt();
    this.#start(fromMs);
  }

  #halt() {
    const part = this.part;
    if (!part) return;
    this.#settleAccount();
    this.part = null;
    part.node.onended = null;
    part.node.stop();
    part.node.disconnect();
  }

  #ended() {
    this.stop(0);
  }

  #elapsedMs(part) {
    return Math.max(0, (this.context.currentTime - part.startedAt) * 1000);
  }

  /** Add what this part has played of the span to the run's account. */
  #settleAccount() {
    const part = this.part;
    if (!part || !this.run) return;
    const { ms, loops } = listenProgress(part, this.#elapsedMs(part), this.data.span_ms);
    this.run.spanMs += ms - (part.countedMs ?? 0);
    this.run.loops += loops - (part.countedLoops ?? 0);
    part.countedMs = ms;
    part.countedLoops = loops;
  }

  #account(run) {
    return {
      csrf: this.data.csrf,
      press: run.press,
      played_ms: Math.ceil(run.spanMs),
      loops: run.loops,
    };
  }

  #follow(part) {
    const tick = () => {
      if (this.part !== part) return;
      this.#emit("position", this.positionMs);
      this.#settleAccount();
      const spanMs = this.data.span_ms[1] - this.data.span_ms[0];
      if (!this.heard && !this.run.asked && this.run.spanMs >= spanMs) {
        this.run.asked = true; // once: should it fail, the next report has the same numbers
        this.#report(this.run);
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  async #report(run) {
    this.#settleAccount();
    const spanMs = run.spanMs;
    if (spanMs <= run.reportedMs) return;
    try {
      const answer = await post(`${this.data.base}/played`, this.#account(run));
      run.reportedMs = spanMs;
      const { heard } = await answer.json();
      if (heard && !this.heard) {
        this.heard = true;
        this.#emit("heard");
      }
    } catch (error) {
      if (error.signedOut && this.run === run) this.#fail(error);
      else this.#emit("notice", error.message);
    }
  }

  /** Ask from now on, again and again, whether the sound of this press may go on. */
  #watch(run) {
    run.heartbeat = new Heartbeat((limitMs) => get(`${this.data.base}/live?snippet=${this.data.snippet}`, limitMs), {
      onRefusal: (live) => this.run === run && this.close(live.sentence, live.forget),
      onProblem: (problem) => this.run === run && this.#fail(problem),
    });
  }

  /** The request is over: silence, and nothing more to press. With `forget`, nothing to see. */
  close(sentence, forget = false) {
    this.stop();
    this.#emit("closed", sentence);
    if (forget) this.#emit("forgotten");
  }

  #fail(error) {
    this.stop();
    if (error.status === 403 && !error.signedOut) this.#emit("closed", error.message);
    else this.#emit("notice", error instanceof Problem ? error.message : text("cannot_play"));
    if (error.signedOut) this.#emit("signed-out");
  }
}
