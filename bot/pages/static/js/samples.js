// Small things done with samples: mono Float32Array at 16 kHz, the rate of every snippet.

export const RATE_HZ = 16000;
const FADE_MS = 6;

/** The samples of a WAV file, decoded by the browser and kept in memory only. */
export async function decoded(wav) {
  const sound = await new OfflineAudioContext(1, 1, RATE_HZ).decodeAudioData(wav);
  return sound.getChannelData(0);
}

export function frames(ms) {
  return Math.round((ms * RATE_HZ) / 1000);
}

/** The same samples with soft edges, so that starts and stops do not click. */
export function faded(samples) {
  const soft = samples.slice();
  const n = Math.min(frames(FADE_MS), soft.length >> 1);
  for (let i = 0; i < n; i += 1) {
    soft[i] *= i / n;
    soft[soft.length - 1 - i] *= i / n;
  }
  return soft;
}

export function newPress() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
}
