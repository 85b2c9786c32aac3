"""What the word models are made from: annotated transcripts, and the list of words in
print.
"""

import json
import sysconfig
from pathlib import Path

import pytest

from bot.redaction.words.tokens import group
from tools.train_words.corpus import TIERS, read
from tools.train_words.written_words import write

RECORD = {
    "id": "massive-en-US-17",
    "source": "massive",
    "locale": "en-US",
    "tokens": ["call", "mary", "at", "twenty", "five", "past", "noon"],
    "pii": [{"start_token": 1, "end_token": 2, "type": "PERSON", "tier": "direct"}],
    "other_slots": [{"start_token": 3, "end_token": 7, "slot": "time"}],
}


def corpus(folder: Path, *records: dict[str, object]) -> Path:
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "dev.massive.en-US.jsonl").write_text(lines, encoding="utf-8")
    return folder


def test_every_word_has_a_tier_and_a_kind(tmp_path: Path) -> None:
    (found,) = read(corpus(tmp_path, RECORD), ["massive"], "en")
    assert [TIERS[tier] for tier in found.tiers] == ["", "direct", "", "", "", "", ""]
    assert found.kinds == ("O", "PERSON", "O", "time", "time", "time", "time")
    labels = [found.label_of(unit) for unit in group(found.words, "en")]
    assert labels == [("", "O"), ("direct", "PERSON"), ("", "O"), *[("", "time")] * 3]


def test_a_corpus_without_other_slots_is_read_too(tmp_path: Path) -> None:
    bare = {key: value for key, value in RECORD.items() if key != "other_slots"}
    (found,) = read(corpus(tmp_path, bare), ["massive"], "en")
    assert found.kinds == ("O", "PERSON", "O", "O", "O", "O", "O")


def test_translations_of_a_sentence_stay_in_one_fold(tmp_path: Path) -> None:
    other = RECORD | {"id": "massive-de-DE-17"}
    first, second = read(corpus(tmp_path, RECORD, other), ["massive"], "en")
    assert first.fold(5) == second.fold(5)


def test_other_sources_and_languages_are_passed_over(tmp_path: Path) -> None:
    assert read(corpus(tmp_path, RECORD), ["xsid"], "en") == []
    assert read(corpus(tmp_path, RECORD), ["massive"], "de") == []


def test_words_in_print_are_those_two_packages_write_in_lower_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path / name))
    for package in ("one", "two"):
        folder = tmp_path / "purelib" / package
        folder.mkdir(parents=True)
        text = "# the kettle stands beside our friend Mary today\nkettles = stove + 5 # no sentence\n"
        (folder / "code.py").write_text(text)
    (tmp_path / "purelib" / "one" / "more.md").write_text(
        "a lonely word is only here today\n"
    )
    write(tmp_path / "en.txt", names={"friend"})
    lines = (tmp_path / "en.txt").read_text().splitlines()
    words = " ".join(line for line in lines if not line.startswith("#")).split()
    assert words == sorted(["the", "kettle", "stands", "beside", "our", "today"])
