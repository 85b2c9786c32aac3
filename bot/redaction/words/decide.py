"""Decide which words of a transcript may be heard or shown; unknown words are masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.redaction.words.features import commonness
from bot.redaction.words.linear import Model, load
from bot.redaction.words.listed.decide_listed import list_reasons
from bot.redaction.words.listed.known_words import is_known
from bot.redaction.words.listed.tables import table_of
from bot.redaction.words.personal.secrets import secret_reasons
from bot.redaction.words.personal.topics import topic_reasons
from bot.redaction.words.personal.word_names import name_reasons
from bot.redaction.words.reasons import Reason
from bot.redaction.words.rules import looks_like_answer, strict_structures, structures
from bot.redaction.words.text import MUDDLED, language_of, normal
from bot.redaction.words.tokens import Kind, Unit, group
from bot.redaction.words.word_lists import answer_words, everyday_nouns, harmless_words

MARK = "▒▒▒"
"""The mark in the place of a masked word in shown text."""

HARMLESS = ""
"""The reason of a word that is shown."""

ALL, DIRECT = "all", "direct"
"""Operating points: all identifiers, or direct ones only."""

_PLAIN_NUMBERS = "12345dtTHx&"
"""Of `Unit.pattern`: figures and number words, no times, ordinals or fractions."""

LONGEST_ANSWER = 3
"""Words: a longer text has enough context for the model."""


@dataclass(frozen=True)
class Decision:
    """One word, whether it is masked, and the reason in a few words."""

    word: str
    masked: bool
    why: str


def mask_words(
    words: Sequence[str],
    locale: str,
    *,
    strict: bool = False,
) -> list[bool]:
    """Return for each word whether it is masked.

    `words` are the whole transcript in order, the muddled word held out as "<?>" (never
    masked, never examined); `locale` is a BCP 47 tag. A language without a list masks
    everything. `strict` masks more of the special categories (docs/words.md).
    """
    decisions = explain_words(words, locale, strict=strict)
    return [decision.masked for decision in decisions]


def mask_direct(words: Sequence[str], locale: str) -> list[bool]:
    """Return which words are masked where places and organisations may be shown.

    Only direct identifiers are masked: persons, numbers, addresses, dates of birth.
    """
    decisions = explain_words(words, locale, point=DIRECT)
    return [decision.masked for decision in decisions]


def mask_answer(words: Sequence[str], locale: str) -> list[bool]:
    """Return which words of an answer to an identity question are masked.

    In the answer to "your name, your postcode?" all words outside a closed list are
    masked.
    """
    answers = answer_words(language_of(locale))
    return [word != MUDDLED and normal(word) not in answers for word in words]


def explain_words(
    words: Sequence[str],
    locale: str,
    point: str = ALL,
    *,
    strict: bool = False,
) -> list[Decision]:
    """Return the decisions of `mask_words`, each with its reason.

    The operating `point` "direct" gives the decisions of `mask_direct`.
    """
    language = language_of(locale)
    model = load(language)
    if model:
        reasons = _by_model(words, model, point, strict=strict)
        shown = Reason.HARMLESS_HERE
    else:
        reasons = _by_list(words, language)
        shown = Reason.HARMLESS_WORD
    found = []
    for i, word in enumerate(words):
        found.append(_decision(word, _reason(words, reasons, i), shown))
    return found


def mask_typed(
    words: Sequence[str],
    locale: str,
    *,
    longest: int = LONGEST_ANSWER,
) -> list[bool]:
    """Return which words are masked of text that people type: a reason, or an answer.

    The models learnt whole commands and mask everyday words that stand alone. In an
    answer of a few words, an everyday word that is no name is shown, and so is one
    figure. Two figures are masked, and so is a word of a special category. Texts of
    more than `longest` words have enough context for the model.
    """
    flags = mask_words(words, locale)
    language = language_of(locale)
    if len(words) > longest or not harmless_words(language):
        return flags
    model = load(language)
    rules = _rules(words, language, model)
    for unit in group(words, language):
        harmless = _is_harmless_alone(unit, model)
        if harmless is None:
            continue
        for i in range(unit.start, unit.end):
            flags[i] = bool(rules[i]) or not harmless
    return flags


def is_personal(text: str, locale: str) -> bool:
    """Return whether typed text or a proposed answer holds a word to be masked."""
    return any(mask_typed(text.split(), locale))


def mask_text(text: str, locale: str) -> str:
    """Return typed text with a mark for every masked word; white space is kept."""
    pieces = re.split(r"(\s+)", text)
    flags = iter(mask_typed([piece for piece in pieces if piece.strip()], locale))
    return "".join(MARK if piece.strip() and next(flags) else piece for piece in pieces)


def _reason(
    words: Sequence[str],
    reasons: Sequence[str],
    i: int,
) -> str:
    """Return the reason of a word; a sign is masked only between masked words."""
    if any(char.isalnum() for char in words[i]):
        return reasons[i]
    inside = 0 < i < len(words) - 1 and reasons[i - 1] and reasons[i + 1]
    if inside:
        return reasons[i - 1]
    return HARMLESS


def _decision(
    word: str,
    reason: str,
    shown: str,
) -> Decision:
    if word == MUDDLED:
        return Decision(word, False, Reason.MUDDLED_WORD)
    return Decision(word, reason != HARMLESS, reason or shown)


def _by_list(words: Sequence[str], language: str) -> list[str]:
    """Decide by lists: only words known to be harmless are shown."""
    forms = _forms(words)
    table = table_of(language)
    answers = answer_words(language)
    units = group(words, language)
    if answers and looks_like_answer(
        words, units, lambda form: not is_known(form, table), language
    ):
        shown = harmless_words(language) & answers
        return [_answer_reason(form, shown) for form in forms]
    return list_reasons(forms, language)


def _answer_reason(form: str, shown: frozenset[str]) -> str:
    if not form or form in shown:
        return HARMLESS
    return Reason.IDENTITY_ANSWER


def _by_model(
    words: Sequence[str],
    model: Model,
    point: str,
    *,
    strict: bool,
) -> list[str]:
    """Decide by rules, by context, by topic, and by the model where these are silent."""
    language = model.lexicon.language
    units = group(words, language)
    reasons = rule_reasons(words, units, model)
    _add(reasons, _context_reasons(words, language))
    if point == ALL:
        _add(reasons, _topic_reasons(words, language, strict=strict))
    for unit, reason in zip(units, _model_reasons(units, model, point), strict=True):
        for i in range(unit.start, unit.end):
            if not reasons[i]:
                reasons[i] = reason
    return reasons


def _model_reasons(
    units: Sequence[Unit],
    model: Model,
    point: str,
) -> list[str]:
    """Return why the model masks each unit, or ""."""
    direct, indirect = model.thresholds[point]
    found: list[str] = []
    for is_direct, is_indirect in model.scores(units).tolist():
        if is_direct <= direct and is_indirect <= indirect:
            found.append(HARMLESS)
        elif is_direct > is_indirect:
            found.append(Reason.PERSON_OR_NUMBER)
        else:
            found.append(Reason.PLACE)
    nouns = everyday_nouns(model.lexicon.language)
    for i, unit in enumerate(units):
        if unit.key in nouns and not _is_beside_a_mask(units, found, i, nouns):
            found[i] = HARMLESS
    return found


def _is_beside_a_mask(
    units: Sequence[Unit],
    reasons: Sequence[str],
    i: int,
    nouns: frozenset[str],
) -> bool:
    """Return whether a masked unit that is no everyday noun stands beside this one."""
    masked = []
    for beside in (i - 1, i + 1):
        if 0 <= beside < len(units) and reasons[beside]:
            masked.append(units[beside].key)
    return any(key not in nouns for key in masked)


def _context_reasons(words: Sequence[str], language: str) -> list[str]:
    """Return the reasons that codes, ages and calls around a word give."""
    forms = _forms(words)
    reasons = secret_reasons(forms, language)
    _add(reasons, name_reasons(forms, language))
    return reasons


def _topic_reasons(
    words: Sequence[str],
    language: str,
    *,
    strict: bool,
) -> list[str]:
    return topic_reasons(_forms(words), language, strict=strict)


def _forms(words: Sequence[str]) -> list[str]:
    """Return the words in normal form; the muddled word is empty."""
    return ["" if word == MUDDLED else normal(word) for word in words]


def _add(reasons: list[str], more: Sequence[str]) -> None:
    """Write reasons into the empty places."""
    for i, reason in enumerate(more):
        if not reasons[i]:
            reasons[i] = reason


def rule_reasons(
    words: Sequence[str],
    units: Sequence[Unit],
    model: Model,
) -> list[str]:
    """Return the reason of each word by rules, or "" where the model decides."""
    language = model.lexicon.language
    forms = _forms(words)
    reasons = structures(forms, units, language)
    if looks_like_answer(words, units, lambda form: _is_rare(form, model), language):
        answers = answer_words(language)
        _add(reasons, [_reason_outside(form, answers) for form in forms])
    return reasons


def _reason_outside(form: str, answers: frozenset[str]) -> str:
    if form in answers:
        return HARMLESS
    return Reason.IDENTITY_ANSWER


def _rules(
    words: Sequence[str],
    language: str,
    model: Model | None,
) -> list[str]:
    if model is None:
        return strict_structures([normal(word) for word in words], language)
    reasons = rule_reasons(words, group(words, language), model)
    _add(reasons, _topic_reasons(words, language, strict=False))
    return reasons


def _is_harmless_alone(unit: Unit, model: Model | None) -> bool | None:
    """Return the verdict of vocabulary alone on an answer, or None without one."""
    is_number = unit.kind in (Kind.NUMBER, Kind.NUMBERS)
    if is_number and not unit.pattern.strip(_PLAIN_NUMBERS):
        return unit.pattern in ("1", "d")
    if model is None:
        return None
    if unit.kind is not Kind.WORD:
        return None
    if _is_everyday(unit.key, model):
        return True
    return None


def _is_everyday(form: str, model: Model) -> bool:
    """Return whether the word is everyday vocabulary.

    A name counts only where the word is frequent and hardly ever used as a name.
    """
    if form in everyday_nouns(model.lexicon.language):
        return True
    met, personal = model.lexicon.counts.get(form, (0, 0))
    common, flags = model.lexicon.classes(form)
    # The English list already holds its inflected forms. Beyond it, class "p" consists
    # of surnames ("fielder", "greenly").
    everyday = {"h", "k"}
    if model.lexicon.language != "en":
        everyday.add("p")
    if common not in everyday:
        return False
    if {"F", "L"}.isdisjoint(flags):
        return personal <= 0.5 * met
    if met < 5:
        return False
    return personal <= 0.05 * met


def _is_rare(form: str, model: Model) -> bool:
    if form in everyday_nouns(model.lexicon.language):
        return False
    met, personal = model.lexicon.counts.get(form, (0, 0))
    if commonness(form, model.lexicon.language) in "hpk":
        return False
    if met == 0:
        return True
    return personal > 0.5 * met
