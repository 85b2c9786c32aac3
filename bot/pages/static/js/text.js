// The sentences that scripts show. The page brings them from the catalogue; scripts name keys only.

const sentences = JSON.parse(document.getElementById("script-sentences").textContent);

const language = document.documentElement.lang || "en";
const plurals = new Intl.PluralRules(language);

/** Numbers as the language of the page writes them, in Western digits. */
export const figures = new Intl.NumberFormat(`${language}-u-nu-latn`);

/** The sentence of `key` with `values` filled in; `count` chooses between its plural forms. */
export function text(key, values = {}) {
  const entry = sentences[key];
  const sentence = typeof entry === "string" ? entry : (entry[plurals.select(values.count)] ?? entry.other);
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
