// Slower and faster at the same pitch: waveform similarity overlap-add (WSOLA),
// W. Verhelst and M. Roelands, ICASSP 1993.

const WINDOW_S = 0.036; // two to four periods of a low voice
const SEARCH_S = 0.009; // one period at 110 Hz

/** `samples` played `speed` times as fast, pitch kept. Mono Float32Array in, a new one out. */
export function timeStretch(samples, speed, rateHz) {
  if (Math.abs(speed - 1) < 1e-3 || samples.length === 0) return samples.slice();
  const size = 2 * Math.round((WINDOW_S * rateHz) / 2);
  const hop = size / 2;
  const search = Math.round(SEARCH_S * rateHz);
  const length = Math.round(samples.length / speed);
  const out = new Float32Array(length + 2 * size);
  // Silence on both sides, so that no piece ever reaches beyond the ends.
  const margin = 4 * size + search;
  const padded = new Float32Array(samples.length + 2 * margin);
  padded.set(samples, margin);
  const fade = hann(size);
  let natural = margin; // where the last piece would have gone on by itself
  for (let at = 0; at < length + hop; at += hop) {
    const wanted = Math.round(at * speed) - hop + margin;
    const from = at === 0 ? wanted : wanted + bestShift(padded, wanted, natural, hop, search);
    for (let i = 0; i < size; i += 1) out[at + i] += padded[from + i] * fade[i];
    natural = from + hop;
  }
  return out.slice(hop, hop + length);
}

function hann(size) {
  return Float32Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
}

/** The shift within ±search whose piece resembles best what would have come naturally. */
function bestShift(samples, wanted, natural, size, search) {
  let best = 0;
  let bestScore = -Infinity;
  for (let shift = -search; shift <= search; shift += 2) {
    const score = likeness(samples, wanted + shift, natural, size);
    if (score > bestScore) [best, bestScore] = [shift, score];
  }
  return best;
}

function likeness(samples, a, b, size) {
  let product = 0;
  let energy = 1e-9;
  for (let i = 0; i < size; i += 2) {
    const x = samples[a + i];
    product += x * samples[b + i];
    energy += x * x;
  }
  return product / Math.sqrt(energy);
}
