"""Forms of Polish, Hindi and Japanese words, by rule."""

from __future__ import annotations

from collections.abc import Iterator

_PL_NOUN = "a u owi em ie y i e ów om ami ach ę ą o iem ia iu".split()
_PL_ADJECTIVE = "y a e ego ej emu ym ą ych ymi i o".split()
_PL_VERB = "nie nia ć m sz my cie ją ł ła ło li ły łem łam j jmy jcie ny na ne".split()
_PL_VERB_I = "ę isz i imy icie ą ił iła iło ili iły ić iłem iłam".split()
_HI_VERB = (
    "ना ने नी ता ते ती ो ें े ूँ ूं ूंगा ूँगा ूंगी ेगा ेगी ेंगे एं ए ओ एँ ऊँ ऊं कर के ा ी या ए ई "
    "यी ये िए िये इए इये ाओ ाएं ाना ाने ाता ाते ाया एगा एगी एंगे वाना वाओ"
).split()
_JA_AFTER_STEM = (
    *(
        "ます",
        "ました",
        "ません",
        "ましょう",
        "ましょうか",
        "たい",
        "たいです",
        "ながら",
    ),
    *("ますか", "たいの", "なさい", "そう", "に", "方"),
)
_JA_AFTER_TE = (
    *(
        "",
        "ください",
        "下さい",
        "くれる",
        "くれますか",
        "ほしい",
        "欲しい",
        "いる",
        "います",
    ),
    *(
        "る",
        "ます",
        "おいて",
        "みて",
        "いて",
        "いた",
        "もらえますか",
        "くれない",
        "ね",
        "よ",
    ),
    *("いるの", "いますか", "る?", "も", "は", "から", "くれ", "もらえる", "しまった"),
)
_JA_ROWS = {
    "う": "わいえお",
    "く": "かきけこ",
    "ぐ": "がぎげご",
    "す": "さしせそ",
    "つ": "たちてと",
    "ぬ": "なにねの",
    "ぶ": "ばびべぼ",
    "む": "まみめも",
    "る": "らりれろ",
}
_JA_TE = {
    **dict.fromkeys("うつる", "って"),
    **dict.fromkeys("ぬぶむ", "んで"),
    "く": "いて",
    "ぐ": "いで",
    "す": "して",
}


def polish(section: str, word: str) -> Iterator[str]:
    """Yield the cases of a Polish noun or adjective, the persons of a verb."""
    yield word
    if section == "adjectives":
        for ending in _PL_ADJECTIVE:
            yield word[:-1] + ending
            yield _polish_soft(word[:-1]) + ending
    elif section == "verbs":
        yield from _polish_verb(word)
    else:
        stem = word.rstrip("aeoę")
        stems = {stem, _polish_soft(stem)}
        if len(stem) > 3 and stem[-2] == "e":
            stems.add(stem[:-2] + stem[-1])
        for each in sorted(stems):
            yield each
            yield from (each + ending for ending in _PL_NOUN)


def _polish_soft(stem: str) -> str:
    """Return the stem as it sounds before ie: "świetle", "wodzie"."""
    changes = {
        "k": "c",
        "g": "dz",
        "d": "dzi",
        "t": "ci",
        "r": "rz",
        "ł": "l",
    }
    return stem[:-1] + changes.get(stem[-1], stem[-1])


def _polish_verb(word: str) -> Iterator[str]:
    if word.endswith("ować"):
        stem = word.removesuffix("ować")
        persons = "uję ujesz uje ujemy ujecie ują uj ujcie ował owała owało owali owany"
        yield from (stem + ending for ending in persons.split())
    elif word.endswith(("ić", "yć")):
        yield from (word[:-2] + ending for ending in _PL_VERB_I)
    else:
        yield word.removesuffix("ć")
        yield from (word.removesuffix("ć") + ending for ending in _PL_VERB)


def hindi(section: str, word: str) -> Iterator[str]:
    """Yield the cases of a Hindi noun or adjective, the forms of a verb stem."""
    yield word
    if section == "verbs":
        yield from (word + ending for ending in _HI_VERB)
    elif word.endswith("ा"):
        yield from (word[:-1] + ending for ending in ("े", "ों", "ी", "ियाँ", "ियों"))
    elif word.endswith("ी"):
        yield from (word[:-1] + ending for ending in ("ियाँ", "ियां", "ियों"))
    else:
        yield from (word + ending for ending in ("ें", "ों", "ओं", "एं", "एँ"))


def japanese(section: str, word: str) -> Iterator[str]:
    """Yield the forms of a Japanese verb stem, verb, i-adjective or verbal noun."""
    yield word
    if section == "suru":
        yield from _japanese_forms(word + "し", word + "し", word + "して")
        yield from (word + "する", word + "した", word + "できる", word + "できますか")
        yield from (word + "された", word + "されて", word + "しろ", word + "される")
    elif section == "verbs_1":
        yield from _japanese_forms(word, word, word + "て")
        yield from (
            word + "る",
            word + "た",
            word + "ろ",
            word + "られる",
            word + "よう",
        )
    elif section == "verbs_5":
        yield from _japanese_godan(word)
    elif section == "adjectives_i":
        stem = word[:-1]
        yield from (
            stem + end for end in ("く", "くて", "かった", "くない", "さ", "そう")
        )
        yield from (
            stem + end for end in ("くして", "くする", "くなる", "め", "めの", "くなる")
        )


def _japanese_godan(word: str) -> Iterator[str]:
    a, i, e, o = tuple(_JA_ROWS[word[-1]])
    stem = word[:-1]
    te = stem + ("って" if word.endswith("行く") else _JA_TE[word[-1]])
    yield from _japanese_forms(stem + a, stem + i, te)
    yield from (
        te[:-1]
        + {
            "て": "た",
            "で": "だ",
        }[te[-1]],
        stem + e,
        stem + e + "る",
    )
    yield from (stem + o + "う", stem + e + "ば", stem + a + "れる", stem + i)


def _japanese_forms(
    negative: str,
    polite: str,
    te: str,
) -> Iterator[str]:
    yield from (negative + "ない", negative + "ないで", negative + "なかった")
    yield from (polite + after for after in _JA_AFTER_STEM)
    yield from (te + after for after in _JA_AFTER_TE)


def unchanged(_section: str, word: str) -> Iterator[str]:
    """Yield the word: its forms are known by rule where words are masked."""
    yield word
