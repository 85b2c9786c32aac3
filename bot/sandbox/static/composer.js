// The message box: plain messages, slash commands with completion, mentions, shortcuts.

import { Attachment } from "./attach.js";
import { h, icon, iconButton, openMenu, toast } from "./dom.js";
import { explain, post } from "./api.js";
import { channel, channelTitle, store } from "./store.js";

export function buildComposer({ channelId, threadTs = null, id = "composer-text", placeholder }) {
  const list = h("div", { class: "completions", role: "listbox", id: `${id}-list`, hidden: true });
  const box = h("textarea", {
    id, rows: 1, placeholder, "aria-label": placeholder, role: "combobox", "aria-autocomplete": "list", "aria-controls": `${id}-list`, "aria-expanded": "false",
  });
  const completion = new Completion(box, list);
  const attached = new Attachment(() => box.focus());
  const send = async () => {
    const text = box.value.trim();
    if (!(text || attached.file) || box.disabled) return;
    const sent = box.value;
    box.value = "";
    completion.close();
    grow();
    const ok = await (attached.file ? deliverFile(attached, channelId, threadTs, text) : deliver(channelId, threadTs, text));
    if (!ok && !box.value) { box.value = sent; grow(); }
  };
  const grow = () => { box.style.height = "auto"; box.style.height = `${Math.min(box.scrollHeight, 220)}px`; };
  box.addEventListener("input", () => { grow(); completion.refresh(); });
  box.addEventListener("keydown", (event) => {
    if (completion.onKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  });
  box.addEventListener("blur", () => setTimeout(() => completion.close(), 150));
  const shortcuts = threadTs ? null : iconButton("bolt", "Shortcuts", () => openMenu(shortcuts, shortcutEntries(box), "Shortcuts"));
  const form = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); send(); } }, list, box, attached.chip,
    h("div", { class: "composer-row" }, attached.button, attached.input, shortcuts, h("span", { class: "keys" }, "Enter sends, Shift+Enter starts a new line"),
      h("button", { class: "send", "aria-label": "Send", title: "Send" }, icon("send", 17))));
  attached.listen(form, box);
  return form;
}

async function deliverFile(attached, channelId, threadTs, text) {
  const answer = await attached.send(channelId, threadTs, withMentions(text));
  if (!answer.ok) toast(explain(answer.error), "bad");
  return answer.ok;
}

function shortcutEntries(box) {
  const globals = store.state.shortcuts.filter((s) => s.type === "global").map((s) => ({
    text: s.name, detail: s.description,
    run: async () => {
      const answer = await post("shortcut", { callback_id: s.callback_id });
      if (!answer.ok) toast(explain(answer.error), "bad");
    },
  }));
  const commands = store.state.commands.map((c) => ({
    text: c.command, detail: c.description, run: () => { box.value = `${c.command} `; box.focus(); },
  }));
  return [{ heading: "Shortcuts" }, ...globals, { heading: "Commands" }, ...commands];
}

async function deliver(channelId, threadTs, text) {
  if (text.startsWith("/") && threadTs) {
    toast(`${text.split(" ")[0]} is not supported in threads. Sorry!`, "bad");
    return false;
  }
  const answer = text.startsWith("/")
    ? await post("command", { channel: channelId, text: withHandles(text) })
    : await post("message", { channel: channelId, text: withMentions(text), ...(threadTs ? { thread_ts: threadTs } : {}) });
  const shownAsMessage = text.startsWith("/");
  if (!answer.ok && !shownAsMessage) toast(explain(answer.error), "bad");
  return answer.ok || answer.error === "operation_timeout" || shownAsMessage;
}

// "@Rosa Keller" becomes <@U0REVIEW1>, "#general" becomes <#C0GENERAL1>.
function withMentions(text) {
  let done = text;
  for (const p of [...store.state.people].sort((a, b) => b.real_name.length - a.real_name.length)) done = done.replaceAll(`@${p.real_name}`, `<@${p.id}>`);
  for (const c of store.state.channels) if (c.kind !== "im") done = done.replace(new RegExp(`(^|\\s)#${c.name}(?![\\w-])`, "g"), `$1<#${c.id}>`);
  return done;
}

// In a command "@Rosa Keller" is the handle @rosa.keller; Slack escapes it if the manifest says so.
function withHandles(text) {
  let done = text;
  for (const p of [...store.state.people].sort((a, b) => b.real_name.length - a.real_name.length)) done = done.replaceAll(`@${p.real_name}`, `@${p.name}`);
  return done;
}

class Completion {
  constructor(box, list) { this.box = box; this.list = list; this.at = 0; this.found = []; }

  refresh() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const command = /^\/[\w-]*$/.exec(before);
    const mention = /(?:^|\s)@([\p{L}. ]{0,20})$/u.exec(before);
    if (command) {
      this.found = store.state.commands.filter((c) => c.command.startsWith(command[0])).map((c) => ({
        title: c.command, hint: c.usage_hint, detail: c.description, put: () => { this.box.value = `${c.command} `; },
      }));
    } else if (mention) {
      const wanted = mention[1].toLowerCase();
      const here = store.state.people.filter((p) => !p.deleted && p.real_name.toLowerCase().startsWith(wanted) && p.real_name.toLowerCase() !== wanted.trim());
      this.found = here.slice(0, 6).map((p) => ({ title: p.real_name, detail: p.title, put: () => {
        const start = before.length - mention[1].length;
        this.box.setRangeText(`${p.real_name} `, start, before.length, "end");
      } }));
    } else this.found = [];
    this.at = 0;
    this.draw();
  }

  draw() {
    this.list.hidden = this.found.length === 0;
    this.box.setAttribute("aria-expanded", String(this.found.length > 0));
    this.list.replaceChildren(...this.found.map((f, n) => h("button", {
      type: "button", role: "option", tabIndex: -1, id: `${this.list.id}-${n}`, "aria-selected": String(n === this.at), class: n === this.at ? "on" : "",
      onclick: () => this.choose(n),
    }, h("strong", {}, f.title), f.hint ? h("code", {}, f.hint) : null, h("span", { class: "quiet" }, f.detail ?? ""))));
    if (this.found.length) this.box.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  choose(n) { this.found[n].put(); this.close(); this.box.focus(); }
  close() { this.found = []; this.draw(); }

  onKey(event) {
    if (!this.found.length || event.altKey) return false;
    const exact = event.key === "Enter" && this.found.some((f) => f.title === this.box.value.trim());
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown") { this.at = (this.at + 1) % this.found.length; this.draw(); }
    else if (event.key === "ArrowUp") { this.at = (this.at - 1 + this.found.length) % this.found.length; this.draw(); }
    else if (event.key === "Tab" || (event.key === "Enter" && !exact)) this.choose(this.at);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}

export function composerPlaceholder(id) {
  const c = channel(id);
  return c.kind === "im" || c.kind === "mpim" ? `Message ${channelTitle(c)}` : `Message #${c.name}`;
}
