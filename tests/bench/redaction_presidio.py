"""What Presidio with spaCy leaves unmasked, beside ours.

`python -m tests.bench.redaction_presidio`. Needs `../shared` and PRESIDIO_PYTHON: a
Python with presidio-analyzer and, for names, one of spaCy's models en_core_web_lg, _md
or _sm; without a model only its patterns are measured.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.redaction.words import mask_answer, mask_words
from tests.bench.words import DATA, FOLDER, Masker, line
from tools.train_words.corpus import TIERS, Utterance, read

_JUDGE = Path(__file__).with_name("_presidio_judge.py")
_ASSISTANTS = ("massive", "slurp", "nlu-eval")
_ALL = ("direct", "indirect")
_EVERY = (
    3  # of the utterances: the intervals stay narrow, and it takes a third of the time
)
_SPOKEN = ("CARD", "PHONE", "ACCOUNT")


def main() -> None:
    with presidio() as found:
        if found is None:
            print("Presidio: skipped. Needs ../shared and PRESIDIO_PYTHON.")
            return
        name, masker = found
        for row in rows(name, masker):
            print(row, flush=True)


@contextmanager
def presidio() -> Iterator[tuple[str, Masker] | None]:
    """Its name with what it has, and its masker; None where it is not there."""
    python = os.environ.get("PRESIDIO_PYTHON")
    if not python or not DATA.exists():
        yield None
        return
    command, pipe = [python, "-W", "ignore", str(_JUDGE)], subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, bufsize=1
    ) as child:
        asked, said = child.stdin, child.stdout
        assert asked is not None
        assert said is not None

        def masker(words: Sequence[str], _: str) -> list[bool]:
            asked.write(json.dumps(list(words)) + "\n")
            flags: list[bool] = json.loads(said.readline())
            return flags

        yield json.loads(said.readline()), masker
        asked.close()


def rows(name: str, masker: Masker) -> Iterator[str]:
    """Ours on what its models learnt from is quoted from cross-validation, on the rest
    measured.
    """
    assistants = read(DATA, _ASSISTANTS, "en")[::_EVERY]
    yield _measured(f"{name}: assistants, direct", assistants, ("direct",), masker)
    yield _cross_validated("ours (cv): the same", "direct assistant direct")
    yield _measured(f"{name}: assistants, all tiers", assistants, _ALL, masker)
    yield _cross_validated("ours (cv): the same", "all assistant all")
    callers = read(DATA, ["restaurant8k"], "en")[::_EVERY]
    yield _measured(f"{name}: names, booking calls", callers, _ALL, masker)
    yield _measured("ours: the same", callers, _ALL, mask_words)
    spelled = read(DATA, ["evi"], "en")[::_EVERY]
    yield _measured(f"{name}: spelled answers", spelled, _ALL, masker)
    yield _measured("ours: the same, own mode", spelled, _ALL, mask_answer)
    spoken = read(DATA, ["presidio-synth-spoken"], "en")
    for kind in _SPOKEN:
        yield _of_kind(f"{name}: spoken {kind}", spoken, kind, masker)
        yield _of_kind("ours: the same", spoken, kind, mask_words)


def _cross_validated(title: str, key: str) -> str:
    found = json.loads((FOLDER / "models" / "en.measured.json").read_text("utf-8"))
    return line(title, **found[key], goal="")


def _measured(
    title: str, utterances: Sequence[Utterance], tiers: Sequence[str], mask: Masker
) -> str:
    count = dict.fromkeys(("shown", "personal", "masked", "harmless"), 0)
    counted = {TIERS.index(tier) for tier in tiers}
    for utterance in utterances:
        flags = mask(utterance.words, utterance.locale)
        for tier, masked in zip(utterance.tiers, flags, strict=True):
            count["personal"] += tier in counted
            count["shown"] += tier in counted and not masked
            count["harmless"] += tier == 0
            count["masked"] += tier == 0 and masked
    return line(title, **count, goal="")


def _of_kind(
    title: str, utterances: Sequence[Utterance], kind: str, mask: Masker
) -> str:
    count = {"shown": 0, "personal": 0}
    for utterance in (each for each in utterances if kind in each.kinds):
        flags = mask(utterance.words, utterance.locale)
        for each, masked in zip(utterance.kinds, flags, strict=True):
            count["personal"] += each == kind
            count["shown"] += each == kind and not masked
    return line(title, **count, masked=0, harmless=0, goal="")


if __name__ == "__main__":
    main()
