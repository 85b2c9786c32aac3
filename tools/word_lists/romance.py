"""Forms of French, Spanish, Italian and Portuguese words, by rule."""

from __future__ import annotations

from collections.abc import Iterator

_FR_ER = (
    "e es ons ez ent er é ée és ées ant ais ait ions iez aient erai eras era erons "
    "erez eront erais erait erions eriez eraient"
).split()
_FR_IR = (
    "ir is it issons issez issent i ie ies issais issait issaient issant irai ira "
    "iras irons irez iront irait irais isse issent"
).split()
_FR_FEMININES = {
    "eux": "euse",
    "if": "ive",
    "er": "ère",
    "on": "onne",
    "el": "elle",
    "eil": "eille",
    "en": "enne",
    "et": "ette",
    "eau": "elle",
    "eur": "euse",
    "as": "asse",
    "os": "osse",
    "c": "che",
    "ul": "ulle",
    "f": "ve",
    "g": "gue",
}
_PRONOUNS = "me te se lo la le los las les nos melo mela melos melas selo sela".split()
_ES = {
    "ar": "o as a amos an aba abas aban é aste ó aron aré ará arás aremos arán aría "
    "arías arían e es en emos ado ada ados adas ando ar ara arme arte arse",
    "er": "o es e emos en ía ías ían í iste ió ieron eré erá erán ería a as an amos "
    "ido ida idos idas iendo er iera erme erte erse",
    "ir": "o es e imos en ía ían í iste ió ieron iré irá irán iría a as an amos ido "
    "ida idos idas iendo ir iera irme irte irse",
}
_IT = {
    "are": "o i a iamo ate ano avo avi ava avano erò erai erà eremo eranno erei "
    "eresti erebbe ato ata ati ate ando are ino assi asse",
    "ere": "o i e iamo ete ono evo eva evano erò erà eranno erei erebbe a ano uto "
    "uta uti ute endo ere",
    "ire": "o i e iamo ite ono ivo iva irò irà iranno irei irebbe ito ita iti ite "
    "endo ire isco isci isce iscono isca iscano a ano",
}
_IT_PRONOUNS = "mi ti si ci vi lo la li le ne gli melo mela meli".split()
_PT = {
    "ar": "o as a amos am ava avas avam ei aste ou aram arei ará arão aria ariam e "
    "es em emos ado ada ados adas ando ar arem armos",
    "er": "o es e emos em ia ias iam i este eu eram erei erá erão eria a as am amos "
    "ido ida idos idas endo er erem ermos",
    "ir": "o es e imos em ia iam i iste iu iram irei irá irão iria a as am amos ido "
    "ida idos idas indo ir irem irmos",
}
_PT_PRONOUNS = ("-me", "-te", "-se", "-o", "-a", "-os", "-as", "-nos", "-lhe")
_ACUTE = str.maketrans("aeiou", "áéíóú")


def french(section: str, word: str) -> Iterator[str]:
    """Yield the forms of a French noun, adjective or verb."""
    yield word
    if section == "verbs":
        for ending in _FR_ER:
            stem = word.removesuffix("er")
            yield _soft(stem, ending) + ending
    elif section == "verbs_ir":
        yield from (word.removesuffix("ir") + ending for ending in _FR_IR)
    elif section == "adjectives":
        for form in (word, _french_feminine(word)):
            yield from (form, _french_plural(form))
    else:
        yield _french_plural(word)


def _soft(stem: str, ending: str) -> str:
    """Keep the sound of g and c before a and o: "mangeons", "lançons"."""
    if ending[0] not in "ao":
        return stem
    if stem.endswith("g"):
        return stem + "e"
    if stem.endswith("c"):
        return stem[:-1] + "ç"
    return stem


def _french_feminine(word: str) -> str:
    if word.endswith("e"):
        return word
    for masculine, feminine in _FR_FEMININES.items():
        if word.endswith(masculine):
            return word.removesuffix(masculine) + feminine
    return word + "e"


def _french_plural(word: str) -> str:
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith("al"):
        return word.removesuffix("l") + "ux"
    if word.endswith(("eau", "eu")):
        return word + "x"
    return word + "s"


def spanish(section: str, word: str) -> Iterator[str]:
    """Yield the forms of a Spanish noun, adjective or verb."""
    yield word
    _, _, kind = section.partition("verbs_")
    if kind:
        yield from _spanish_verb(word.removesuffix(kind), kind)
        return
    yield _spanish_plural(word)
    if section == "adjectives" and word.endswith("o"):
        yield from (word[:-1] + "a", word[:-1] + "as")


def _spanish_verb(stem: str, kind: str) -> Iterator[str]:
    for ending in _ES[kind].split():
        yield _spelled(stem, ending) + ending
    for ending in ("a", "e"):
        spoken = _spelled(stem, ending)
        for pronoun in _PRONOUNS:
            yield _accented(spoken) + ending + pronoun
    yield from (stem + kind + pronoun for pronoun in _PRONOUNS)


def _spelled(stem: str, ending: str) -> str:
    """Keep the sound before e: "busque", "apague", "empiece"."""
    if ending[0] not in "eé":
        return stem
    for sound, spelling in (("c", "qu"), ("g", "gu"), ("z", "c")):
        if stem.endswith(sound):
            return stem[:-1] + spelling
    return stem


def _accented(stem: str) -> str:
    """Put the accent on the last vowel: "recuérdame"."""
    end = len(stem)
    if stem.endswith(("qu", "gu")):
        end = len(stem) - 2
    for i in range(end - 1, -1, -1):
        if stem[i] in "aeiou":
            return stem[:i] + stem[i].translate(_ACUTE) + stem[i + 1 :]
    return stem


def _spanish_plural(word: str) -> str:
    if word.endswith("z"):
        return word[:-1] + "ces"
    if word.endswith("ón"):
        return word[:-2] + "ones"
    if word[-1] in "aeiouéá":
        return word + "s"
    return word + "es"


def italian(section: str, word: str) -> Iterator[str]:
    """Yield the forms of an Italian noun, adjective or verb."""
    yield word
    _, _, kind = section.partition("verbs_")
    if kind:
        yield from _italian_verb(word.removesuffix(kind), kind)
        return
    ends = {
        "o": "i",
        "a": "e",
        "e": "i",
    }
    yield word[:-1] + ends.get(word[-1], word[-1])
    yield from _italian_hard(word)
    if section == "adjectives" and word.endswith("o"):
        hard = ""
        if word[-2:-1] in "cg":
            hard = "h"
        yield from (word[:-1] + "a", word[:-1] + hard + "e", word[:-1] + hard + "i")
    if section == "nouns" and word.endswith("a"):
        yield word[:-1] + "i"


def _italian_hard(word: str) -> Iterator[str]:
    """Yield "pacchi" of "pacco" and "viaggi" of "viaggio"."""
    if word.endswith(("co", "go")):
        yield word[:-1] + "hi"
    if word.endswith(("ca", "ga")):
        yield word[:-1] + "he"
    if word.endswith("io"):
        yield word[:-1]
    if word.endswith(("cia", "gia")):
        yield word[:-2] + "e"


def _italian_verb(stem: str, kind: str) -> Iterator[str]:
    for ending in _IT[kind].split():
        yield _italian_sound(stem, ending, kind) + ending
    last = "i"
    if kind == "are":
        last = kind[0]
    for pronoun in _IT_PRONOUNS:
        yield stem + last + pronoun
        yield stem + kind[:-1] + pronoun


def _italian_sound(
    stem: str,
    ending: str,
    kind: str,
) -> str:
    """Keep the sound of c and g in verbs in -are, and one i: "cerchi", "mangi"."""
    if kind != "are" or ending[0] not in "ei":
        return stem
    if stem.endswith(("c", "g")):
        return stem + "h"
    if stem.endswith(("ci", "gi", "chi", "ghi")) or ending[0] == "i":
        return stem.removesuffix("i")
    return stem


def portuguese(section: str, word: str) -> Iterator[str]:
    """Yield the forms of a Portuguese noun, adjective or verb."""
    yield word
    _, _, kind = section.partition("verbs_")
    if kind:
        stem = word.removesuffix(kind)
        for ending in _PT[kind].split():
            yield _spelled(stem, ending).replace("ç", "ç") + ending
            if ending in ("a", "e", "ar", "er", "ir"):
                yield from (stem + ending + pronoun for pronoun in _PT_PRONOUNS)
        return
    yield from _portuguese_plurals(word)
    if section == "adjectives" and word.endswith("o"):
        yield from (word[:-1] + "a", word[:-1] + "as")


def _portuguese_plurals(word: str) -> Iterator[str]:
    if word.endswith("ão"):
        yield from (word[:-2] + "ões", word[:-2] + "ães", word + "s")
    elif word.endswith("l"):
        yield from (word[:-1] + "is", word[:-2] + "eis", word[:-2] + "éis")
    elif word.endswith("m"):
        yield word[:-1] + "ns"
    elif word.endswith(("r", "z", "s")):
        yield word + "es"
    else:
        yield word + "s"
