// Slack's mrkdwn to DOM nodes. Everything a person wrote becomes text nodes.

import { h } from "./dom.js";
import { channel, nameOf, store } from "./store.js";

const EMOJI = {
  wave: "👋", tada: "🎉", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", eyes: "👀",
  headphones: "🎧", ear: "👂", lock: "🔒", hourglass: "⏳", hourglass_flowing_sand: "⏳", scales: "⚖️", bulb: "💡",
  mag: "🔍", memo: "📝", speech_balloon: "💬", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", pray: "🙏", heart: "❤️",
  smile: "😄", slightly_smiling_face: "🙂", raised_hands: "🙌", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑",
  information_source: "ℹ️", question: "❓", bell: "🔔", shield: "🛡️", clipboard: "📋", microphone: "🎤", sound: "🔉",
  speaker: "🔈", mute: "🔇", busts_in_silhouette: "👥", arrow_right: "➡️", rotating_light: "🚨", sos: "🆘",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", white_circle: "⚪", black_circle: "⚫", blue_heart: "💙",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", clock3: "🕒", inbox_tray: "📥", outbox_tray: "📤", pushpin: "📌", robot_face: "🤖",
};

const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

export const safeUrl = (url) => (/^(https?:|mailto:)/i.test(url) ? url : null);

export function link(url, label) {
  const safe = safeUrl(url);
  const sameWorkspace = safe?.startsWith(`${location.origin}/archives/`);
  return safe ? h("a", { href: safe, rel: "noopener", target: sameWorkspace ? null : "_blank" }, label) : document.createTextNode(label);
}

export function mention(id) {
  return h("span", { class: `mention${id === store.me ? " own" : ""}` }, `@${nameOf(id)}`);
}

export function channelMention(id, label) {
  const known = channel(id);
  return known ? h("a", { class: "mention", href: `#${id}` }, `#${known.name}`) : h("span", { class: "mention" }, `#${label || "private channel"}`);
}

export function groupMention(id) {
  const group = store.state.usergroups.find((g) => g.id === id);
  return h("span", { class: "mention" }, `@${group ? group.handle : "group"}`);
}

function angle(inside) {
  const [target, label] = inside.split(/\|(.*)/s);
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9));
  if (target.startsWith("!date^")) return document.createTextNode(date(target, label));
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${target.slice(1).split("^")[0]}`);
  return link(unescape(target), unescape(label || target));
}

function date(target, fallback) {
  const [, seconds, format] = target.split("^");
  const when = new Date(Number(seconds) * 1000);
  if (Number.isNaN(when.getTime())) return fallback ?? "";
  const time = when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return unescape(format)
    .replace(/\{date(_num|_short|_long|_pretty|_short_pretty|_long_pretty)?\}/g, when.toLocaleDateString())
    .replace(/\{time(_secs)?\}/g, time).replace(/\{ago\}/g, time);
}

// In order: code block, code, <...>, bold, italic, strike. Markers count only at word edges.
const TOKEN = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])/g;

function inline(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) nodes.push(...plain(text.slice(at, match.index)));
    const [whole, block, code, inside, bold, italic, strike] = match;
    if (block) nodes.push(h("pre", {}, unescape(block.replace(/^\n/, ""))));
    else if (code) nodes.push(h("code", {}, unescape(code)));
    else if (inside) nodes.push(angle(inside));
    else if (bold) nodes.push(h("strong", {}, inline(bold)));
    else if (italic) nodes.push(h("em", {}, inline(italic)));
    else if (strike) nodes.push(h("s", {}, inline(strike)));
    at = match.index + whole.length;
  }
  if (at < text.length) nodes.push(...plain(text.slice(at)));
  return nodes;
}

function plain(text) {
  return withEmoji(unescape(text)).split("\n").flatMap((line, n) => (n ? [h("br"), line] : [line])).filter((part) => part !== "");
}

export function mrkdwn(text) {
  const box = document.createDocumentFragment();
  let quote = [];
  const flush = () => { if (quote.length) { box.append(h("blockquote", {}, inline(quote.join("\n")))); quote = []; } };
  const lines = [];
  const flushLines = () => { if (lines.length) { box.append(...inline(lines.join("\n"))); lines.length = 0; } };
  for (const line of String(text ?? "").split("\n")) {
    if (/^(&gt;|>)( |$)/.test(line)) { flushLines(); quote.push(line.replace(/^(&gt;|>) ?/, "")); } else { flush(); lines.push(line); }
  }
  flushLines();
  flush();
  return box;
}

export const plainText = (text) => withEmoji(String(text ?? ""));

// A text object of Block Kit, plain or mrkdwn.
export function textObject(object) {
  if (!object) return "";
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  return object.emoji === false ? object.text : plainText(object.text);
}
