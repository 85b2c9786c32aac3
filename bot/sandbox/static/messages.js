// One message, and lists of them.

import { avatar, h, iconButton, openMenu, reconcile, toast } from "./dom.js";
import { explain, post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { nameOf, person, store } from "./store.js";

const GROUP_WITHIN_S = 300;
const SYSTEM = new Set(["channel_join", "channel_leave", "group_join", "group_leave", "channel_topic", "channel_purpose", "channel_name",
  "channel_archive", "channel_unarchive", "channel_convert_to_private", "channel_convert_to_public", "group_topic", "group_purpose", "group_name", "group_archive", "group_unarchive"]);

const when = (ts) => new Date(Number(ts) * 1000);
const clock = (ts) => when(ts).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export function dayName(ts) {
  const day = when(ts).toDateString();
  if (day === new Date().toDateString()) return "Today";
  if (day === new Date(Date.now() - 86400000).toDateString()) return "Yesterday";
  return when(ts).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

function pressed(channelId, message) {
  return {
    press: async (block, element, value) => {
      const answer = await post("press", { channel: channelId, ts: message.ts, block_id: block.block_id, action_id: element.action_id, value });
      if (!answer.ok) toast(explain(answer.error), "bad");
      return answer.ok;
    },
    options: (block, element, value) =>
      post("options", { channel: channelId, ts: message.ts, block_id: block.block_id, action_id: element.action_id, value }),
  };
}

function content(channelId, message) {
  if (message.subtype === "tombstone") return h("div", { class: "text quiet" }, "This message was deleted.");
  const edited = message.edited && !message.blocks ? h("span", { class: "edited" }, " (edited)") : null;
  const body = message.blocks
    ? renderBlocks(message.blocks, pressed(channelId, message))
    : h("div", { class: "text", dir: "auto" }, mrkdwn(message.text), edited);
  return [body, ...(message.attachments ?? []).map((a) => attachment(channelId, message, a)), ...(message.files ?? []).map(file), reactions(message)];
}

function attachment(channelId, message, a) {
  const node = h("div", { class: "attachment" },
    a.pretext ? h("div", {}, mrkdwn(a.pretext)) : null,
    a.title ? h("strong", {}, mrkdwn(a.title_link ? `<${a.title_link}|${a.title}>` : a.title)) : null,
    a.text ? h("div", { class: "text" }, mrkdwn(a.text)) : null,
    a.blocks ? renderBlocks(a.blocks, pressed(channelId, message)) : null,
    a.fields ? h("div", { class: "fields" }, a.fields.map((f) => h("div", {}, h("strong", {}, f.title), h("div", {}, mrkdwn(f.value))))) : null,
    a.footer ? h("small", { class: "quiet" }, a.footer) : null);
  if (/^#?[0-9a-f]{6}$/i.test(a.color ?? "")) node.style.borderInlineStartColor = `#${a.color.replace("#", "")}`;
  return node;
}

const file = (f) => h("a", { class: "file", href: f.permalink, target: "_blank", rel: "noopener" },
  h("strong", {}, f.title || f.name), h("small", {}, `${f.pretty_type} · ${Math.max(1, Math.round((f.size ?? 0) / 1024))} kB`));

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((r) =>
    h("span", { class: "reaction", title: r.users.map(nameOf).join(", ") }, textObject({ type: "plain_text", text: `:${r.name}:` }), ` ${r.count}`)));
}

function toolbar(channelId, message, handlers) {
  if (message.ephemeral_to || message.subtype === "tombstone") return null;
  const shortcuts = store.state.shortcuts.filter((s) => s.type === "message");
  const more = iconButton("more", "More actions", () => openMenu(more, [
    ...(handlers.openThread ? [{ text: "Reply in thread", run: () => handlers.openThread(message.thread_ts ?? message.ts) }] : []),
    ...(shortcuts.length ? [{ heading: "Message shortcuts" }] : []),
    ...shortcuts.map((s) => ({ text: s.name, detail: s.description, run: async () => {
      const answer = await post("shortcut", { callback_id: s.callback_id, channel: channelId, ts: message.ts });
      if (!answer.ok) toast(explain(answer.error), "bad");
    } })),
    ...(message.user === store.me ? [{ text: "Delete message", run: async () => {
      const answer = await post("message/delete", { channel: channelId, ts: message.ts });
      if (!answer.ok) toast(explain(answer.error), "bad");
    } }] : []),
    { text: "Copy link", run: () => navigator.clipboard?.writeText(`${location.origin}/archives/${channelId}/p${message.ts.replace(".", "")}`) },
  ], "More actions"));
  return h("div", { class: "toolbar" },
    handlers.openThread ? iconButton("thread", "Reply in thread", () => handlers.openThread(message.thread_ts ?? message.ts), { class: "icon-button reply" }) : null, more);
}

function threadLine(message, handlers) {
  if (!message.reply_count || !handlers.openThread) return null;
  return h("button", { type: "button", class: "thread-line", onclick: () => handlers.openThread(message.ts) },
    message.reply_users.slice(0, 4).map((u) => avatar(u, 22)),
    h("strong", {}, `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`),
    h("span", { class: "quiet" }, `Last reply ${clock(message.latest_reply)}`));
}

export function buildMessage({ channelId, message, follows, handlers }) {
  const author = message.username ?? nameOf(message.user);
  if (SYSTEM.has(message.subtype)) {
    return h("div", { class: "message system", tabIndex: -1 }, avatar(message.user, 20), h("span", {}, h("strong", {}, author), " ", mrkdwn(message.text.replace(`<@${message.user}> `, ""))), h("time", {}, clock(message.ts)));
  }
  const ephemeral = Boolean(message.ephemeral_to);
  const time = h("time", { dateTime: when(message.ts).toISOString(), title: when(message.ts).toLocaleString() }, clock(message.ts));
  return h("article", { class: `message${ephemeral ? " ephemeral" : ""}${follows ? " follows" : ""}`, "aria-label": `${author}, ${clock(message.ts)}`, dataset: { ts: message.ts } },
    h("div", { class: "gutter" }, follows ? time : avatar(message.user, 36)),
    h("div", { class: "body" },
      ephemeral ? h("p", { class: "only-you" }, "Only visible to you") : null,
      follows ? null : h("p", { class: "who" }, h("strong", {}, author),
        person(message.user)?.is_bot || message.user === "USLACKBOT" ? h("span", { class: "app-tag" }, "APP") : null, time),
      h("div", { class: "content" }, content(channelId, message)),
      message.subtype === "thread_broadcast" ? h("p", { class: "only-you" }, "Also sent to the channel") : null,
      threadLine(message, handlers)),
    toolbar(channelId, message, handlers));
}

// The first message that was unread when the channel was opened; the "new" line stays above it.
export const firstUnread = (messages, lastRead) =>
  messages.find((m) => m.ts > lastRead && m.user !== store.me && !m.ephemeral_to)?.ts ?? null;

// Messages with day lines, the "new" line, and consecutive ones of an author drawn together.
export function showMessages(list, channelId, messages, handlers, newFrom) {
  const items = [];
  let before = null;
  if (handlers.earlier) items.push({ key: "earlier", stamp: "", earlier: handlers.earlier });
  for (const message of messages) {
    const day = dayName(message.ts);
    if (!before || dayName(before.ts) !== day) items.push({ key: `day ${day}`, stamp: "", line: day });
    if (message.ts === newFrom) { items.push({ key: "new", stamp: "", line: "New", isNew: true }); before = null; }
    const follows = Boolean(before) && before.user === message.user && dayName(before.ts) === day && !message.subtype && !before.subtype &&
      Boolean(before.ephemeral_to) === Boolean(message.ephemeral_to) && Number(message.ts) - Number(before.ts) < GROUP_WITHIN_S && !before.reply_count;
    items.push({ key: message.ts, stamp: JSON.stringify([message, follows]), channelId, message, follows, handlers });
    before = message;
  }
  reconcile(list, items, (item) => item.earlier
    ? h("button", { type: "button", class: "button earlier", onclick: item.earlier }, "Earlier messages")
    : item.line
    ? h("div", { class: `line${item.isNew ? " new" : ""}`, role: "separator" }, h("span", {}, item.line))
    : buildMessage(item));
}
