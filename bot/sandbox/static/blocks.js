// Block Kit to DOM nodes: what the bot uses, and graceful rendering of the rest.

import { h } from "./dom.js";
import { element } from "./elements.js";
import { channelMention, groupMention, link, mention, mrkdwn, plainText, textObject } from "./mrkdwn.js";

// `context` knows how to act: { press(block, element, value), values, view? }
export function renderBlocks(blocks, context) {
  return h("div", { class: "blocks" }, (blocks ?? []).map((block) => renderBlock(block, context)));
}

export function renderBlock(block, context) {
  const build = BLOCKS[block.type] ?? unknown;
  const node = build(block, context);
  node.classList.add("block", `block-${block.type}`);
  if (block.block_id) node.dataset.blockId = block.block_id;
  return node;
}

const BLOCKS = {
  section(block, context) {
    return h("div", {},
      h("div", { class: "section-body" },
        block.text ? h("div", { class: "text" }, textObject(block.text)) : null,
        block.fields ? h("div", { class: "fields" }, block.fields.map((f) => h("div", { class: "text" }, textObject(f)))) : null),
      block.accessory ? h("div", { class: "accessory" }, element(block.accessory, block, context)) : null);
  },
  header: (block) => h("h3", {}, textObject(block.text)),
  divider: () => h("hr"),
  context: (block) => h("div", {}, block.elements.map((e) =>
    e.type === "image" ? image(e, "context-image") : h("span", {}, textObject(e)))),
  actions: (block, context) => h("div", {}, block.elements.map((e) => element(e, block, context))),
  context_actions: (block, context) => h("div", {}, block.elements.map((e) =>
    e.type === "feedback_buttons"
      ? h("span", { class: "quiet" }, textObject(e.positive_button?.text), " / ", textObject(e.negative_button?.text))
      : element(e, block, context))),
  image: (block) => h("figure", {}, block.title ? h("figcaption", {}, textObject(block.title)) : null, image(block)),
  markdown: (block) => h("div", { class: "text" }, mrkdwn(block.text.replace(/\*\*(.+?)\*\*/g, "*$1*"))),
  rich_text: (block) => h("div", { class: "text" }, block.elements.map(richPart)),
  input(block, context) {
    const id = `input-${block.block_id}`;
    const group = ["radio_buttons", "checkboxes"].includes(block.element.type);
    const label = [textObject(block.label), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
    const body = [
      element(block.element, block, { ...context, inputId: id, labelId: `${id}-label` }),
      h("p", { class: "error", id: `${id}-error`, role: "alert", hidden: true }),
      block.hint ? h("p", { class: "hint", id: `${id}-hint` }, textObject(block.hint)) : null,
    ];
    return group
      ? h("fieldset", {}, h("legend", { id: `${id}-label` }, label), body)
      : h("div", {}, h("label", { htmlFor: id, id: `${id}-label` }, label), body);
  },
  file: (block) => h("div", { class: "quiet" }, `File ${block.external_id ?? ""}`),
  video: (block) => h("div", { class: "card-like" }, h("strong", {}, textObject(block.title)),
    h("p", { class: "quiet" }, block.alt_text), h("p", {}, link(block.title_url || block.video_url, "Open video"))),
  table: (block) => h("div", { class: "table-scroll" }, h("table", {}, block.rows.map((row, n) => h("tr", {}, row.map((cell) =>
    h(n ? "td" : "th", {}, cell.type === "rich_text" ? cell.elements.map(richPart) : plainText(cell.text))))))),
  alert: (block) => h("div", { role: "note" }, textObject(block.text)),
  card: (block, context) => h("div", { class: "card-like" }, h("strong", {}, textObject(block.title)),
    block.subtitle ? h("p", { class: "quiet" }, textObject(block.subtitle)) : null,
    block.body ? h("div", {}, textObject(block.body)) : null,
    h("div", { class: "block-actions" }, (block.actions ?? []).map((e) => element(e, block, context)))),
  carousel: (block, context) => h("div", {}, block.elements.map((b) => renderBlock(b, context))),
  container: (block, context) => h("div", { class: "card-like" }, block.title ? h("strong", {}, textObject(block.title)) : null,
    (block.child_blocks ?? []).map((b) => renderBlock(b, context))),
};

function unknown(block) {
  return h("div", { class: "quiet" }, `A “${block.type}” block: Slack shows it, the sandbox only names it.`);
}

// Pictures from elsewhere are named, not fetched: this page makes no third-party request.
function image(block, cls = "") {
  const url = block.image_url ?? block.slack_file?.url ?? "";
  const local = url.startsWith(location.origin) || /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url) || url.startsWith("data:image/");
  return local ? h("img", { class: cls, src: url, alt: block.alt_text ?? "" }) : h("span", { class: "picture" }, `🖼 ${block.alt_text || "picture"}`);
}

function richPart(part) {
  const inside = () => (part.elements ?? []).map(richLeaf);
  if (part.type === "rich_text_preformatted") return h("pre", {}, inside());
  if (part.type === "rich_text_quote") return h("blockquote", {}, inside());
  if (part.type === "rich_text_list") return h(part.style === "ordered" ? "ol" : "ul", {}, (part.elements ?? []).map((e) => h("li", {}, richPart(e))));
  return h("div", {}, inside());
}

function richLeaf(leaf) {
  const simple = {
    text: () => plainLines(leaf.text), link: () => [link(leaf.url, leaf.text || leaf.url)], user: () => [mention(leaf.user_id)],
    channel: () => [channelMention(leaf.channel_id)], usergroup: () => [groupMention(leaf.usergroup_id)],
    emoji: () => [plainText(`:${leaf.name}:`)], broadcast: () => [h("span", { class: "mention" }, `@${leaf.range}`)],
    date: () => [leaf.fallback ?? new Date(leaf.timestamp * 1000).toLocaleString()], color: () => [leaf.value],
  };
  let nodes = (simple[leaf.type] ?? (() => []))();
  const wrap = { bold: "strong", italic: "em", strike: "s", code: "code" };
  for (const [name, tag] of Object.entries(wrap)) if (leaf.style?.[name]) nodes = [h(tag, {}, nodes)];
  return nodes;
}

const plainLines = (text) => text.split("\n").flatMap((line, n) => (n ? [h("br"), line] : [line]));
