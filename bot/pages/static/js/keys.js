// The keyboard. Letters and marks act only outside text fields; Escape and F-keys act everywhere.

const ANYWHERE = new Set(["Escape", "F1", "F2", "F3", "F4"]);

/** `actionsNow()` maps KeyboardEvent.key values (letters in lower case) to functions. */
export function bindKeys(actionsNow, life) {
  const listen = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return; // the dialog has Escape for itself
    const actions = actionsNow();
    const key = meant(event, actions);
    const act = actions[key];
    if (!act || (event.repeat && !ANYWHERE.has(key))) return;
    if (!ANYWHERE.has(key) && takesKeys(event.target, key)) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", listen, { signal: life });
}

/** The key as our help names it, also on layouts that write other letters or shifted digits. */
function meant({ key, code, shiftKey }, actions) {
  const named = key.length === 1 ? key.toLowerCase() : key;
  if (named in actions) return named;
  if (key === "؟" || key === "？") return "?";
  if (key === "！") return "!";
  const foreign = key.length === 1 && key > "~";
  if (foreign && code.startsWith("Key")) return code.slice(3).toLowerCase();
  if (!shiftKey && code.startsWith("Digit")) return code.slice(5);
  return named;
}

/** Whether what has the focus wants this key itself. */
function takesKeys(target, key) {
  if (target.closest("textarea, select, [contenteditable]")) return true;
  const input = target.closest("input");
  if (input && !["radio", "checkbox", "range", "button", "submit"].includes(input.type)) return true;
  return key === " " && Boolean(target.closest("button, a, summary, input[type=radio], input[type=checkbox]"));
}
