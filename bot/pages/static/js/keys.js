// The keyboard. Letters and marks act only outside text fields; Escape and F-keys act everywhere.

const ANYWHERE = new Set(["Escape", "F1", "F2", "F3", "F4"]);

/** `actions` maps KeyboardEvent.key values (letters in lower case) to functions. */
export function bindKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return; // the dialog has Escape for itself
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = actions[key];
    if (!act || (event.repeat && !ANYWHERE.has(key))) return;
    if (!ANYWHERE.has(key) && takesKeys(event.target, key)) return;
    event.preventDefault();
    act();
  });
}

/** Whether what has the focus wants this key itself. */
function takesKeys(target, key) {
  if (target.closest("textarea, select, [contenteditable]")) return true;
  const input = target.closest("input");
  if (input && !["radio", "checkbox", "range", "button", "submit"].includes(input.type)) return true;
  return key === " " && Boolean(target.closest("button, a, summary, input[type=radio], input[type=checkbox]"));
}
