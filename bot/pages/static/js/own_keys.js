// The single-character keys, as each person chose them: other characters, or none at all. The
// choice is kept in this browser.

const KEPT = "help-clip keys";

function chosen() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function keep(choice) {
  localStorage.setItem(KEPT, JSON.stringify(choice));
}

export function areLettersOn() {
  return chosen().letters !== false;
}

/** The key of one action, or "" where single keys are off. */
export function ownKey(name, byDefault) {
  if (!areLettersOn()) return "";
  return (chosen().own ?? {})[name] ?? byDefault;
}

/** The map of keys to functions for `actions`: name -> [key by default, function]. */
export function ownKeys(actions) {
  if (!areLettersOn()) return {};
  const own = chosen().own ?? {};
  const bound = Object.entries(actions).map(([name, [key, act]]) => [own[name] ?? key, act]);
  return Object.fromEntries(bound.filter(([key]) => key));
}

/** Show the keys on the buttons, and let the dialog of keys change them. */
export function openKeysDialog(dialog) {
  const fields = [...dialog.querySelectorAll("[data-rebind]")];
  const letters = dialog.querySelector("#letters");
  letters.checked = areLettersOn();
  letters.addEventListener("change", () => {
    keep({ ...chosen(), letters: letters.checked });
    label();
  });
  const own = chosen().own ?? {};
  for (const field of fields) {
    field.value = (own[field.dataset.rebind] ?? field.value).toUpperCase();
    field.addEventListener("focus", () => field.select());
    field.addEventListener("input", () => rebind(field, fields));
  }
  label();
}

function rebind(field, fields) {
  const key = field.value.trim().toLowerCase();
  field.value = key.toUpperCase();
  const others = fields.filter((each) => each !== field && each.value.toLowerCase() === key);
  for (const other of others) other.value = "";
  const own = Object.fromEntries(fields.map((each) => [each.dataset.rebind, each.value.toLowerCase()]));
  keep({ ...chosen(), own });
  label();
}

/** Write the keys on the buttons that they press. */
function label() {
  const own = chosen().own ?? {};
  for (const shown of document.querySelectorAll("[data-key]")) {
    const key = own[shown.dataset.key];
    if (key !== undefined) shown.textContent = key.toUpperCase();
    shown.hidden = !areLettersOn() || key === "";
  }
}
