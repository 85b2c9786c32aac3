// The access log: rows that arrive by themselves, and an export that reports its progress.

import { Problem, get } from "./api.js";
import { figures, text } from "./text.js";

const REFRESH_MS = 5000;
const notice = document.querySelector("#notice");

// A question that has no secrets is its address, so that it can be kept and sent.
const filters = document.querySelector("#filters");
filters.addEventListener("submit", (submitted) => {
  const fields = new FormData(filters);
  if (fields.get("reason") || fields.get("case")) return;
  submitted.preventDefault();
  fields.delete("csrf");
  const given = [...fields].filter(([, value]) => value.trim());
  const query = new URLSearchParams(given).toString();
  location.assign(query ? `/audit?${query}` : "/audit");
});

function cell(name, ...parts) {
  const made = document.createElement("td");
  made.setAttribute("role", "cell");
  made.dataset.name = name;
  made.append(...parts.filter(Boolean));
  return made;
}

function element(tag, content, className = "") {
  if (!content) return null;
  const made = document.createElement(tag);
  made.textContent = content;
  made.className = className;
  return made;
}

function about(name, value) {
  const made = element("a", value);
  if (made) made.href = `/audit?${new URLSearchParams({ [name]: value })}`;
  return made;
}

function time(at) {
  const made = element("time", at);
  made.dateTime = `${at.replace(" ", "T")}Z`;
  return made;
}

function line(row) {
  const made = document.createElement("tr");
  made.setAttribute("role", "row");
  made.className = `${row.outcome} fresh`;
  const event = cell("event", row.id);
  event.className = "n";
  made.append(
    cell("time", time(row.at)),
    cell("who", about("person", row.person) ?? row.who, " ", element("span", row.role, "quiet")),
    cell(
      "what",
      element("strong", row.action),
      " ",
      row.outcome === "allowed" ? null : element("span", row.outcome, "tag"),
      " ",
      element("span", row.notes, "quiet"),
      " ",
      element("span", row.about && text("about", { person: row.about }), "quiet"),
    ),
    cell("request", about("request", row.request)),
    cell("clip", about("clip", row.clip)),
    cell("desk", row.desk),
    event,
  );
  return made;
}

const live = document.querySelector("#live");
if (live) {
  const rows = document.querySelector("#rows");
  let timer = 0;
  let total = 0;

  const refresh = async () => {
    const { asked, cursor } = live.dataset;
    try {
      const found = await get(`/audit/live?${new URLSearchParams({ asked, cursor })}`, 10_000);
      live.dataset.cursor = found.cursor;
      rows.querySelector(".none")?.remove();
      rows.prepend(...found.rows.map(line));
      total += found.rows.length;
      notice.textContent = total ? text("new_events", { count: total }) : text("no_new_events");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      notice.textContent = error.message;
      if (error.status === 403 || error.signedOut) live.checked = false;
    }
    if (live.checked) timer = setTimeout(refresh, REFRESH_MS);
  };

  live.checked = false;
  live.addEventListener("change", () => {
    clearTimeout(timer);
    if (live.checked) refresh();
    else notice.textContent = "";
  });
}

const form = document.querySelector("#export");
form?.addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await save(await start(new URLSearchParams(new FormData(form))));
  } catch (error) {
    notice.textContent = error instanceof Problem ? error.message : text("export_failed");
  } finally {
    button.disabled = false;
  }
});

async function start(body) {
  const headers = { Accept: "*/*, application/json" };
  const answer = await fetch("/audit/export", { method: "POST", headers, body, cache: "no-store" });
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

async function save(answer) {
  const parts = [];
  const reader = answer.body.getReader();
  let count = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    for (const byte of value) if (byte === 10) count += 1;
    notice.textContent = text("exported", { count, number: figures.format(count) });
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts));
  link.download = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"))[1];
  link.click();
  URL.revokeObjectURL(link.href);
  const event = answer.headers.get("x-asked-as");
  notice.textContent = text("saved", { count, number: figures.format(count), event });
}
