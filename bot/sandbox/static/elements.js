// Interactive elements. In inputs they keep a value to be read; elsewhere they act at once.

import { h, icon, openMenu, toast } from "./dom.js";
import { safeUrl, textObject } from "./mrkdwn.js";
import { confirmWith } from "./confirm.js";
import { store, channelTitle } from "./store.js";

export function element(e, block, context) {
  const build = ELEMENTS[e.type];
  if (!build) return h("span", { class: "quiet" }, `“${e.type}”: not shown in the sandbox`);
  const node = build(e, block, context);
  node.dataset.actionId = e.action_id ?? "";
  node.dataset.blockId = block.block_id ?? "";
  return node;
}

// Read every input inside `root`: { block_id: { action_id: value } }.
export function readValues(root) {
  const values = {};
  for (const node of root.querySelectorAll("[data-reads]")) {
    const { blockId, actionId } = node.dataset;
    (values[blockId] ??= {})[actionId] = node.readValue();
  }
  return values;
}

function reads(node, readValue) {
  node.dataset.reads = "yes";
  node.readValue = readValue;
  return node;
}

const stateOf = (e, block, context) => context.values?.[block.block_id]?.[e.action_id];
const needsSending = (block) => block.type !== "input" || block.dispatch_action;

async function act(e, block, context, value) {
  if (!needsSending(block)) return null;
  if (e.confirm && !(await confirmWith(e.confirm))) return null;
  return context.press(block, e, value);
}

function described(context) {
  return context.inputId
    ? { id: context.inputId, "aria-describedby": `${context.inputId}-error ${context.inputId}-hint` }
    : {};
}

function button(e, block, context) {
  const node = h(e.url && safeUrl(e.url) ? "a" : "button", {
    class: `button ${e.style ?? ""}`,
    "aria-label": e.accessibility_label,
    title: e.accessibility_label,
    ...(e.url && safeUrl(e.url) ? { href: e.url, target: "_blank", rel: "noopener", role: "button" } : { type: "button" }),
    onclick: async (event) => {
      if (e.confirm) {
        event.preventDefault();
        if (!(await confirmWith(e.confirm))) return;
        if (e.url) window.open(e.url, "_blank", "noopener");
      }
      if (node.classList.contains("busy")) return;
      node.classList.add("busy");
      await context.press(block, e, e.value);
      node.classList.remove("busy");
    },
  }, textObject(e.text), e.url ? h("span", { class: "sr" }, " (opens in a new tab)") : null);
  return node;
}

function options(e) {
  const one = (o) => h("option", { value: o.value }, o.text.text);
  if (e.option_groups) return e.option_groups.map((g) => h("optgroup", { label: g.label.text }, g.options.map(one)));
  return (e.options ?? []).map(one);
}

function nativeSelect(e, block, context, choices, chosen) {
  const node = h("select", {
    ...described(context),
    "aria-label": context.inputId ? null : e.placeholder?.text ?? "Choose",
    onchange: () => act(e, block, context, node.value || null),
  }, h("option", { value: "" }, e.placeholder?.text ?? "Choose an option"), choices);
  node.value = chosen ?? "";
  return reads(node, () => node.value || null);
}

function staticSelect(e, block, context) {
  return nativeSelect(e, block, context, options(e), (stateOf(e, block, context)?.selected_option ?? e.initial_option)?.value);
}

const people = () => store.state.people.filter((p) => !p.deleted).map((p) => h("option", { value: p.id }, p.real_name));
const conversations = () => store.state.channels.map((c) => h("option", { value: c.id }, c.kind === "im" ? channelTitle(c) : `#${c.name}`));
const publicChannels = () => store.state.channels.filter((c) => c.kind === "channel").map((c) => h("option", { value: c.id }, `#${c.name}`));

function pickFrom(list, key, initial) {
  return (e, block, context) => nativeSelect(e, block, context, list(), stateOf(e, block, context)?.[key] ?? e[initial]);
}

function choices(kind) {
  return (e, block, context) => {
    const name = `${context.inputId ?? "choice"}-${block.block_id}-${e.action_id}`;
    const state = stateOf(e, block, context);
    const picked = kind === "radio"
      ? [(state ? state.selected_option : e.initial_option)?.value]
      : (state ? state.selected_options : e.initial_options ?? [])?.map((o) => o.value);
    const value = () => {
      const on = [...node.querySelectorAll("input:checked")].map((input) => input.value);
      return kind === "radio" ? on[0] ?? null : on;
    };
    const node = h("div", { class: "choices" }, e.options.map((o) => h("label", {},
      h("input", { type: kind, name, value: o.value, checked: picked.includes(o.value), onchange: () => act(e, block, context, value()) }),
      h("span", {}, textObject(o.text), o.description ? h("small", {}, textObject(o.description)) : null))));
    return reads(node, value);
  };
}

function multi(read) {
  return (e, block, context) => {
    const state = stateOf(e, block, context);
    const { all, picked } = read(e, state);
    const value = () => [...node.querySelectorAll("input:checked")].map((input) => input.value);
    const summary = h("summary", {});
    const show = () => { summary.textContent = value().length ? `${value().length} chosen` : e.placeholder?.text ?? "Choose"; };
    const node = h("details", { class: "multi" }, summary, h("div", { class: "choices" }, all.map(([id, text]) => h("label", {},
      h("input", { type: "checkbox", value: id, checked: picked.includes(id), onchange: () => { show(); act(e, block, context, value()); } }), h("span", {}, text)))));
    show();
    return reads(node, value);
  };
}

const multiStatic = multi((e, state) => ({
  all: [...(e.options ?? []), ...(e.option_groups ?? []).flatMap((g) => g.options)].map((o) => [o.value, o.text.text]),
  picked: (state ? state.selected_options : e.initial_options ?? []).map((o) => o.value),
}));
const multiPeople = multi((e, state) => ({
  all: store.state.people.filter((p) => !p.deleted).map((p) => [p.id, p.real_name]),
  picked: state ? state.selected_users : e.initial_users ?? [],
}));
const multiChannels = (key, initial) => multi((e, state) => ({
  all: store.state.channels.map((c) => [c.id, channelTitle(c)]),
  picked: state ? state[key] : e[initial] ?? [],
}));

function typed(type, initial = "initial_value", key = "value") {
  return (e, block, context) => {
    const multiline = e.multiline || type === "rich";
    const node = h(multiline ? "textarea" : "input", {
      ...described(context),
      ...(multiline ? { rows: 4 } : { type: type === "rich" ? "text" : type }),
      placeholder: e.placeholder?.text ?? "",
      autocomplete: "off",
      maxLength: e.max_length ?? null,
      ...(type === "number" ? { step: e.is_decimal_allowed ? "any" : "1", min: e.min_value, max: e.max_value } : {}),
    });
    const state = stateOf(e, block, context);
    node.value = (state ? state[key] : e[initial]) ?? "";
    if (e.focus_on_load) node.dataset.autofocus = "yes";
    const triggers = e.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !multiline && block.dispatch_action && triggers.includes("on_enter_pressed")) { event.preventDefault(); act(e, block, context, node.value); }
    });
    node.addEventListener("input", () => {
      if (block.dispatch_action && triggers.includes("on_character_entered")) act(e, block, context, node.value);
    });
    if (["date", "time", "datetime-local"].includes(type)) node.addEventListener("change", () => act(e, block, context, node.readValue()));
    return reads(node, () => node.value || null);
  };
}

function dateTime(e, block, context) {
  const node = typed("datetime-local")({ ...e, initial_value: "" }, block, { ...context, values: null });
  const seconds = stateOf(e, block, context)?.selected_date_time ?? e.initial_date_time;
  if (seconds) node.value = new Date(seconds * 1000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  node.readValue = () => (node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null);
  return node;
}

function richInput(e, block, context) {
  const node = typed("rich")(e, block, { ...context, values: null });
  node.readValue = () => node.value && {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text: node.value }] }],
  };
  return node;
}

function external(e, block, context) {
  let chosen = stateOf(e, block, context)?.selected_option ?? e.initial_option ?? null;
  const list = h("div", { class: "suggestions", role: "listbox", hidden: true });
  const input = h("input", {
    ...described(context), type: "text", role: "combobox", "aria-expanded": "false", autocomplete: "off",
    placeholder: e.placeholder?.text ?? "Search", value: chosen?.text.text ?? "",
    oninput: () => { chosen = null; if (input.value.length >= (e.min_query_length ?? 3)) search(); },
    onfocus: () => { if ((e.min_query_length ?? 3) === 0) search(); },
  });
  const search = async () => {
    const found = await context.options(block, e, input.value);
    if (!found.ok) { toast("The app offered no options."); return; }
    const all = [...found.options, ...found.option_groups.flatMap((g) => g.options)];
    list.replaceChildren(...all.map((o) => h("button", { type: "button", role: "option", onclick: () => {
      chosen = o; input.value = o.text.text; list.hidden = true; act(e, block, context, o);
    } }, o.text.text)));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  return reads(h("div", { class: "combobox" }, input, list), () => chosen);
}

function overflow(e, block, context) {
  const node = h("button", { type: "button", class: "button icon", "aria-label": "More actions", onclick: () =>
    openMenu(node, e.options.map((o) => ({ text: o.text.text, detail: o.description?.text, run: () => {
      if (o.url && safeUrl(o.url)) window.open(o.url, "_blank", "noopener");
      act(e, block, context, o.value);
    } })), "More actions") }, icon("more", 16));
  return node;
}

const ELEMENTS = {
  button,
  workflow_button: button,
  icon_button: button,
  overflow,
  static_select: staticSelect,
  external_select: external,
  users_select: pickFrom(people, "selected_user", "initial_user"),
  conversations_select: pickFrom(conversations, "selected_conversation", "initial_conversation"),
  channels_select: pickFrom(publicChannels, "selected_channel", "initial_channel"),
  multi_static_select: multiStatic,
  multi_users_select: multiPeople,
  multi_conversations_select: multiChannels("selected_conversations", "initial_conversations"),
  multi_channels_select: multiChannels("selected_channels", "initial_channels"),
  radio_buttons: choices("radio"),
  checkboxes: choices("checkbox"),
  plain_text_input: typed("text"),
  number_input: typed("number"),
  email_text_input: typed("email"),
  url_text_input: typed("url"),
  rich_text_input: richInput,
  datepicker: typed("date", "initial_date", "selected_date"),
  timepicker: typed("time", "initial_time", "selected_time"),
  datetimepicker: dateTime,
  image: (e) => h("span", { class: "picture" }, `🖼 ${e.alt_text}`),
  file_input: () => h("p", { class: "quiet" }, "Files cannot be chosen in the sandbox."),
};

