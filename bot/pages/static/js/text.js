// The sentences that scripts show. The page brings them from the catalogue; scripts name keys only.

const sentences = JSON.parse(document.getElementById("script-sentences").textContent);

/** The sentence of `key` with `values` filled in; `count` chooses between one and other. */
export function text(key, values = {}) {
  const entry = sentences[key];
  const sentence = typeof entry === "string" ? entry : entry[values.count === 1 ? "one" : "other"];
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
