// Draws the snippet: waveform, masked stretches, the span, the listener's own id, spectrogram.

import { spectrogram } from "./spectrogram.js";
import { text } from "./text.js";

export class Waveform {
  constructor(root, data, life) {
    this.data = data;
    this.scope = root.querySelector("#scope");
    this.waveform = root.querySelector("#waveform");
    this.spectrogram = root.querySelector("#spectrogram");
    this.playhead = root.querySelector("#playhead");
    this.mark = root.querySelector("#span-mark");
    this.levels = data.peaks.map((peak) => peak / 100);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.scope);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => this.draw(), { signal: life });
    life.addEventListener("abort", () => this.observer.disconnect());
  }

  /** Keep an overview and a spectrogram of the sound; the sound itself is not kept. */
  show(samples) {
    this.levels = overview(samples, 600);
    this.columns = spectrogram(samples, 500);
    this.draw();
  }

  /** The clip is closed to everybody: its picture and its words leave the screen. */
  forget() {
    this.observer.disconnect();
    this.levels = [];
    this.columns = null;
    this.scope.hidden = true;
    for (const canvas of [this.waveform, this.spectrogram]) canvas.width = canvas.height = 0;
    for (const words of document.querySelectorAll(".transcript")) words.remove();
  }

  moveTo(ms) {
    const share = Math.min(1, ms / this.data.duration_ms);
    this.playhead.style.transform = `translateX(${share * this.scope.clientWidth}px)`;
  }

  /** Which moment of the snippet lies under a pointer. */
  momentAt(clientX) {
    const box = this.scope.getBoundingClientRect();
    return ((clientX - box.left) / box.width) * this.data.duration_ms;
  }

  draw() {
    const style = getComputedStyle(this.scope);
    const color = (name) => style.getPropertyValue(name).trim();
    const [startMs, endMs] = this.data.span_ms;
    this.mark.style.left = `${(100 * startMs) / this.data.duration_ms}%`;
    this.mark.style.width = `${(100 * (endMs - startMs)) / this.data.duration_ms}%`;
    this.#drawWaveform(color);
    this.#drawSpectrogram(color);
  }

  #drawWaveform(color) {
    const { pen, width, height } = sharpened(this.waveform);
    const at = (ms) => (ms / this.data.duration_ms) * width;
    pen.fillStyle = color("--masked-area");
    for (const [from, to] of this.data.masked_ms) pen.fillRect(at(from), 0, at(to) - at(from), height);
    drawOwner(pen, width, height, this.data.owner, color("--owner"));
    const step = 3;
    const tallest = Math.max(...this.levels, 0.25);
    const n = Math.floor(width / step);
    const [startMs, endMs] = this.data.span_ms;
    for (let i = 0; i < n; i += 1) {
      const from = Math.floor((i * this.levels.length) / n);
      const to = Math.max(from + 1, Math.floor(((i + 1) * this.levels.length) / n));
      const level = Math.max(...this.levels.slice(from, to)) / tallest;
      const x = i * step;
      const inSpan = x >= at(startMs) - 1 && x <= at(endMs);
      pen.fillStyle = color(inSpan ? "--wave-span" : "--wave");
      const tall = Math.max(2, level * (height - 10));
      pen.beginPath();
      pen.roundRect(x, (height - tall) / 2, step - 1, tall, 1);
      pen.fill();
    }
  }

  #drawSpectrogram(color) {
    const { pen, width, height } = sharpened(this.spectrogram);
    if (!this.columns) {
      pen.fillStyle = color("--quiet");
      pen.font = "13px system-ui, sans-serif";
      const [before, behind] = this.data.span_ms.map((ms) => (ms / this.data.duration_ms) * width);
      const x = before >= width - behind ? 12 : behind + 12; // beside the span, where more room is
      const [upper, lower] = twoLines(text("spectrogram_later"));
      pen.fillText(upper, x, height / 2 - 4);
      pen.fillText(lower, x, height / 2 + 14);
      return;
    }
    const rows = this.columns[0].length;
    const image = new ImageData(this.columns.length, rows);
    const [dark, light] = [rgb(color("--spectro-0")), rgb(color("--spectro-1"))];
    this.columns.forEach((levels, x) => {
      levels.forEach((level, row) => {
        const at = 4 * ((rows - 1 - row) * this.columns.length + x);
        const share = level ** 1.3;
        for (let c = 0; c < 3; c += 1) image.data[at + c] = dark[c] + (light[c] - dark[c]) * share;
        image.data[at + 3] = 255;
      });
    });
    const sheet = new OffscreenCanvas(image.width, image.height);
    sheet.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(sheet, 0, 0, width, height);
  }
}

/** A film of the screen shows the name of its owner. */
function drawOwner(pen, width, height, owner, color) {
  pen.save();
  pen.fillStyle = color;
  pen.font = "600 13px system-ui, sans-serif";
  pen.rotate(-0.12);
  const wide = Math.max(150, pen.measureText(owner).width + 40);
  for (let y = 18; y < height + 90; y += 34) {
    for (let x = -20 + (y % 68 ? 60 : 0); x < width + 60; x += wide) pen.fillText(owner, x, y);
  }
  pen.restore();
}

/** A sentence in two lines: the first has half of the words, rounded down. */
function twoLines(sentence) {
  const words = sentence.split(" ");
  const half = words.length >> 1;
  return [words.slice(0, half).join(" "), words.slice(half).join(" ")];
}

function sharpened(canvas) {
  const ratio = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  return { pen, width, height };
}

function overview(samples, n) {
  const size = samples.length / n;
  return Array.from({ length: n }, (_, i) => {
    let top = 0;
    for (let k = Math.floor(i * size); k < Math.floor((i + 1) * size); k += 1) top = Math.max(top, Math.abs(samples[k]));
    return top;
  });
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
