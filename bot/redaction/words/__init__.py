"""Decide which words of a transcript may be heard or shown."""

from bot.redaction.words.decide import (
    Decision,
    explain_words,
    is_personal,
    mask_answer,
    mask_direct,
    mask_text,
    mask_typed,
    mask_words,
    rule_reasons,
)
from bot.redaction.words.sentences import mask_sentence

__all__ = [
    "Decision",
    "explain_words",
    "is_personal",
    "mask_answer",
    "mask_direct",
    "mask_sentence",
    "mask_text",
    "mask_typed",
    "mask_words",
    "rule_reasons",
]
