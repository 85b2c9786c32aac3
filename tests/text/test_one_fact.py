"""One fact has one sentence: no two keys hold the same words, or nearly the same."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from bot.text.catalogue import Entry, catalogue

# Two keys, or the tables they are in, that may read alike; and why.
MAY_READ_ALIKE = {
    ("requests.summary", "requests.summary"): "a state's summary is found by its name",
    ("requests.difficulty", "requests.difficulty_continued"): "its form after a comma",
    ("requests.settled", "requests.closed_page"): "a phrase, and a whole sentence",
    ("requests.settled", "requests.answer"): "a phrase, and a label",
    ("erasure.why", "requests.answer"): "a phrase, and a label",
    ("requests.state", "requests.ruling_queue"): "a label, and a heading",
    ("requests.asker_notice", "requests.asker_notice"): "with and without a reason",
    ("requests.asker_notice", "requests.closed_page"): "with the name, and on its page",
    ("requests.asker_notice", "requests.summary"): "a sentence, and a label",
    ("requests.ruled_again_reply", "requests.ruled_again_reply"): "without the result",
    ("requests.queue", "requests.queue"): "alone, and after a list",
    ("requests.ask_form", "requests.ask_form"): "alone, and after a list of words",
    ("erasure.disclosure", "requests.list_filter"): "a row, and a choice",
    ("desks_file.error", "desks_file.error"): "with and without a reason",
    ("sidecar.word", "sidecar.word"): "another key of the word each",
    ("sidecar.word", "sources.words.fault"): "a sidecar alone names its own format",
    ("sources.bucket", "sources.bucket"): "another file each",
    ("sources.bucket", "sources.manifest"): "another file each",
    ("listening.transcript", "redaction.reason"): "read aloud, and a reason",
    ("refusals", "refusals"): "a rule's code is its key",
    ("common.asked", "common.asked"): "another unit each",
    ("audit.form", "audit.form"): "the first letters alone are alike",
    ("audit.form_placeholder", "audit.form_placeholder"): "found by the field's name",
    ("audit.question", "audit.often"): "found by the name of the query",
    ("pages.keys", "listening.player"): "a row of the list of keys, and a button",
}
# The command line has columns and lines that programs read, so it is apart.
APART = "cli."
NEARLY = 0.85
# Shorter sentences are alike by chance.
FEWEST_WORDS = 4


def words_of(entry: Entry) -> str:
    form = entry if isinstance(entry, str) else entry["other"]
    return " ".join(re.findall(r"[\w{}']+", form.casefold()))


def read_alike(one: str, other: str) -> bool:
    if one == other:
        return " " in one
    if min(len(one.split()), len(other.split())) < FEWEST_WORDS:
        return False
    likeness = SequenceMatcher(None, one, other, autojunk=False)
    # The first bound is quick and never too low.
    return likeness.real_quick_ratio() >= NEARLY and (
        likeness.quick_ratio() >= NEARLY and likeness.ratio() >= NEARLY
    )


def pairs() -> Iterator[tuple[str, str]]:
    sentences = [
        (key, words_of(entry))
        for key, entry in catalogue().items()
        if not key.startswith(APART)
    ]
    for (key, one), (other_key, other) in combinations(sentences, 2):
        if read_alike(one, other):
            yield key, other_key


def tables_of(pair: tuple[str, str]) -> tuple[str, str]:
    first, second = (key.rpartition(".")[0] for key in pair)
    return (first, second) if (first, second) in MAY_READ_ALIKE else (second, first)


def test_no_fact_is_worded_twice() -> None:
    found = list(pairs())
    assert [pair for pair in found if tables_of(pair) not in MAY_READ_ALIKE] == []
    used = {tables_of(pair) for pair in found}
    assert set(MAY_READ_ALIKE) - used == set(), "these need no reason any more"


def test_no_sentence_names_a_person_by_a_pronoun() -> None:
    pronoun = re.compile(r"\b(?:some|no|any|every)body\b|\bsomeone\b|\bwhoever\b", re.I)
    found = [key for key, entry in catalogue().items() if pronoun.search(str(entry))]
    assert found == [], "name the listener, the officer, the colleague"
