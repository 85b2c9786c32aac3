// A spectrogram as an image: time to the right, frequency up, 0 to 8 kHz at 16 kHz.

const SIZE = 256; // 16 ms: wide-band, so that voicing and stops show
const FLOOR_DB = -72; // below it is white, above TOP_DB is black
const TOP_DB = -18;

/** Levels 0..1 in columns of SIZE/2 bins, `nColumns` of them over all `samples`. */
export function spectrogram(samples, nColumns) {
  const fade = Float32Array.from({ length: SIZE }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / SIZE));
  const hop = Math.max(1, (samples.length - SIZE) / Math.max(1, nColumns - 1));
  const columns = [];
  for (let i = 0; i < nColumns; i += 1) columns.push(column(samples, Math.round(i * hop), fade));
  return columns;
}

function column(samples, from, fade) {
  const re = new Float32Array(SIZE);
  const im = new Float32Array(SIZE);
  for (let i = 0; i < SIZE; i += 1) {
    // Pre-emphasis: speech loses about 6 dB an octave.
    const value = (samples[from + i] ?? 0) - 0.9 * (samples[from + i - 1] ?? 0);
    re[i] = value * fade[i];
  }
  transform(re, im);
  return Float32Array.from({ length: SIZE / 2 }, (_, k) => {
    const power = (re[k] * re[k] + im[k] * im[k]) / (SIZE * SIZE / 16);
    const level = (10 * Math.log10(power + 1e-12) - FLOOR_DB) / (TOP_DB - FLOOR_DB);
    return Math.min(1, Math.max(0, level));
  });
}

/** An in-place radix-2 Fourier transform (Cooley and Tukey, 1965). */
export function transform(re, im) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j], im[i], im[j]] = [re[j], re[i], im[j], im[i]];
  }
  for (let size = 2; size <= n; size *= 2) {
    for (let i = 0; i < n; i += size) butterflies(re, im, i, size / 2);
  }
}

function butterflies(re, im, from, half) {
  for (let k = 0; k < half; k += 1) {
    const angle = (-Math.PI * k) / half;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const [a, b] = [from + k, from + k + half];
    const [x, y] = [re[b] * c - im[b] * s, re[b] * s + im[b] * c];
    [re[b], im[b]] = [re[a] - x, im[a] - y];
    [re[a], im[a]] = [re[a] + x, im[a] + y];
  }
}
