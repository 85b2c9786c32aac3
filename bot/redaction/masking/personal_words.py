"""Which words of a draft are known to be personal, so that no ask plays them.

A muddled word is often one that the lists do not know. Such a word can be asked about:
the question is for exactly these. A word that the draft reads with confidence as a name
or as a part of a number is no question of hearing, and stays masked inside the span.
"""

from collections.abc import Sequence

from bot.redaction.words import explain_words, mask_typed
from bot.redaction.words.linear import load
from bot.redaction.words.reasons import Reason
from bot.redaction.words.text import language_of, normal
from bot.redaction.words.word_lists import (
    month_names,
    number_words,
    spelling_alphabet,
)
from storage.records import Word

MUDDLED = "<?>"
# Below this confidence half of a recogniser's words are wrong.
LOW_CONFIDENCE = 0.6

# These words are masked because nothing is known about them. All other reasons, those
# of later releases too, make a word personal.
_UNKNOWN_REASONS = frozenset(
    {
        Reason.UNKNOWN_WORD,
        Reason.PART_OF_PLACE,
        Reason.NEXT_TO_NAME,
        Reason.PART_OF_NAME,
    }
)
# The model's vote on a whole sentence. Against everyday vocabulary it is no knowledge
# of a name: half of the harmless words that it would forbid are such words, and no
# person's name (docs/research/redaction.md).
_VOTES = frozenset({Reason.PERSON_OR_NUMBER, Reason.PLACE})
# A name such as "brown" or "early" is everyday vocabulary where the annotated sentences
# have it this often, and as a name in no larger share.
_OFTEN_MET = 5
_SHARE_OF_NAMES = 0.05
# Numbers, addresses and codes are recognised by several words together; for these
# reasons the reading of the word itself is the evidence.
_NOT_BY_STRUCTURE = _UNKNOWN_REASONS | {
    Reason.PERSON_OR_NUMBER,
    Reason.PLACE,
    Reason.DOUBTFUL_NAME,
    Reason.NAME,
}


def are_personal(
    words: Sequence[Word],
    in_order: Sequence[int],
    locale: str,
) -> list[bool]:
    """Return for each word whether the whole draft shows it to be a name or number.

    `in_order` holds the indexes of the words in the order of speech. The answer does
    not depend on a span, so that asking beside a word changes nothing. A doubtful
    reading makes no other word a name, and counts itself as a part of a number only.
    """
    read = [words[i].text for i in in_order]
    certain = [_text_if_certain(words[i]) for i in in_order]
    flags = [False] * len(words)
    for i, as_read, as_certain in zip(
        in_order,
        explain_words(read, locale, "direct"),
        explain_words(certain, locale, "direct"),
        strict=True,
    ):
        in_structure = as_read.masked and as_read.why not in _NOT_BY_STRUCTURE
        is_known = as_certain.masked and as_certain.why not in _UNKNOWN_REASONS
        if as_certain.why in _VOTES and _is_everyday(words[i].text, locale):
            is_known = False
        flags[i] = in_structure or is_known
    return flags


def _is_everyday(text: str, locale: str) -> bool:
    """Return whether a word is everyday vocabulary, and no name, month or number."""
    form = normal(text)
    language = language_of(locale)
    if not form.isalpha():
        return False
    if form in spelling_alphabet() or form in month_names(language):
        return False
    if form in number_words(language) or _is_a_name_too(form, language):
        return False
    return not any(mask_typed([text], locale))


def _is_a_name_too(form: str, language: str) -> bool:
    """Return whether a word is a first name or surname, and not often another word."""
    model = load(language)
    if model is None:
        return False
    _, flags = model.lexicon.classes(form)
    if {"F", "L"}.isdisjoint(flags):
        return False
    met, personal = model.lexicon.counts.get(form, (0, 0))
    return met < _OFTEN_MET or personal > _SHARE_OF_NAMES * met


def is_uncertain(word: Word) -> bool:
    """Return whether a recogniser doubts its reading of the word."""
    return word.confidence is not None and not word.confidence >= LOW_CONFIDENCE


def _text_if_certain(word: Word) -> str:
    if is_uncertain(word):
        return MUDDLED
    return word.text
