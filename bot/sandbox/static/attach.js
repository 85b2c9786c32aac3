// A file on its way: chosen, dropped or pasted into a message box, sent with the message.

import { h, icon, iconButton } from "./dom.js";
import { post } from "./api.js";

export class Attachment {
  constructor(onchange) {
    this.file = null;
    this.onchange = onchange;
    this.input = h("input", { type: "file", hidden: true, tabIndex: -1, onchange: () => this.take(this.input.files[0]) });
    this.chip = h("div", { class: "attached", hidden: true });
    this.button = iconButton("clip", "Attach a file", () => this.input.click());
  }

  take(file) {
    this.file = file ?? null;
    this.input.value = "";
    this.chip.hidden = !this.file;
    this.chip.replaceChildren(...(this.file ? [icon("file", 16), h("span", {}, this.file.name), iconButton("close", `Remove ${this.file.name}`, () => this.take(null))] : []));
    this.onchange();
  }

  listen(form, box) {
    box.addEventListener("paste", (event) => { const [file] = event.clipboardData?.files ?? []; if (file) { event.preventDefault(); this.take(file); } });
    form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("dropping"); });
    form.addEventListener("dragleave", () => form.classList.remove("dropping"));
    form.addEventListener("drop", (event) => { event.preventDefault(); form.classList.remove("dropping"); this.take(event.dataTransfer.files[0]); });
  }

  async send(channel, threadTs, text) {
    const { file } = this;
    const content = await base64(file);
    const answer = await post("file", { channel, name: file.name, content, text, ...(threadTs ? { thread_ts: threadTs } : {}) });
    if (answer.ok) this.take(null);
    return answer;
  }
}

const base64 = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
});
