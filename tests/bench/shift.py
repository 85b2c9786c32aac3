"""One shift of 1,000 clips, 40 reviewers and 2 leads, under the rules before and now.

    python -m tests.bench.shift [CLIPS]

The shift is scripted and goes through the real use cases with an injected clock, on
SQLite. Each clip has one muddled word and is transcribed by two reviewers; one who is
unsure of the word asks. Readings and doubts are drawn as in `settling`, the same for
both shifts. Before, a settled word was not recognised: its second question is asked
about a copy of the clip. Actions are acts times the actions each needs at the pages.
"""

import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.demo import DEMO_CLIPS
from bot.errors import Invalid
from bot.rules.requests.lifecycle import LIVE, SETTLED
from bot.sources import open_clip_source
from bot.usecases.requests import adjudicate
from storage.records import Answer, Request, RequestState
from tests.bench.settling import DOUBTS, MEASURED, SPREADS
from tests.desks import with_spare_seats
from tests.product import Product, build_product, introduce

CLIPS = 1_000
REVIEWERS = [f"U0WORK{number:03}" for number in range(40)]
LEADS = ["U0LEAD001", "U0LEAD002"]
SEED = 17
_LIKE = "en-us-0001"
_SECONDS_A_VISIT = 14
_VISITS_BETWEEN_ANSWERS = 3


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules of a shift, and how many actions of a person each act takes."""

    spare_seats: int
    counts_doubt: bool
    knows_settled: bool
    actions: Mapping[str, int]


BEFORE = Rules(
    spare_seats=0,
    counts_doubt=False,
    knows_settled=False,
    actions={"asked": 3, "answered": 7, "ruled": 7},
)
NOW = Rules(
    spare_seats=1,
    counts_doubt=True,
    knows_settled=True,
    actions={"asked": 3, "answered": 3, "ruled": 4},
)


@dataclass(kw_only=True)
class Shift:
    """A house at work under some rules; `counts` has what happened."""

    product: Product
    rules: Rules
    counts: Counter[str] = field(default_factory=Counter)
    results: dict[int, list[str]] = field(default_factory=dict)
    waiting: list[tuple[int, Request]] = field(default_factory=list)
    asked: dict[int, Request] = field(default_factory=dict)


def _reading(clip: int, person: str) -> tuple[str, int]:
    """Return what a person hears in a clip's word, and how sure; `worda` is right."""
    accuracy = random.Random(f"{SEED} {clip}").choice(MEASURED)
    rng = random.Random(f"{SEED} {clip} {person}")
    is_right = rng.random() < accuracy
    reading = 0
    if not is_right:
        reading = rng.choices((1, 2, 3, 4), weights=SPREADS["alike"])[0]
    is_unsure = rng.random() < DOUBTS["telling"][not is_right]
    return f"word{'abcde'[reading]}", 1 if is_unsure else 2


def _visits(clips: int) -> list[tuple[int, str]]:
    """Return each clip with each of its two reviewers, in the order of the shift."""
    rng = random.Random(SEED)
    visits = []
    for clip in range(clips):
        for reviewer in rng.sample(REVIEWERS, 2):
            visits.append((clip, reviewer))
    rng.shuffle(visits)
    return visits


def _clip_id(clip: int, copy: str = "") -> str:
    return f"shift-{clip}{copy}"


def _add_clips(folder: Path, clips: int) -> None:
    """Add recordings, each of an own speaker, and a copy of each."""
    folder.mkdir()
    sound = folder.parent / "sound.flac"
    shutil.copy(DEMO_CLIPS / f"{_LIKE}.flac", sound)
    sidecar = json.loads((DEMO_CLIPS / f"{_LIKE}.json").read_text("utf-8"))
    for clip in range(clips):
        for copy in ("", "-copy"):
            clip_id = _clip_id(clip, copy)
            os.link(sound, folder / f"{clip_id}.flac")
            written = {**sidecar, "clip_id": clip_id, "speaker": f"speaker-{clip_id}"}
            path = folder / f"{clip_id}.json"
            path.write_text(json.dumps(written), "utf-8")


def open_shift(folder: Path, rules: Rules, clips: int) -> Shift:
    """Return a house with the clips and the people of a shift."""
    product = build_product(folder)
    _add_clips(folder / "clips", clips)
    product.services = replace(
        product.services,
        clips=open_clip_source(str(folder / "clips")),
        desks=with_spare_seats(product.services.desks, rules.spare_seats),
    )
    with product.services.store.begin() as tx:
        tx.groups.put("S0REVIEWER", REVIEWERS, product.now)
        tx.groups.put("S0LEADS001", LEADS, product.now)
        introduce(tx, [*REVIEWERS, *LEADS], product.now)
    return Shift(product=product, rules=rules)


def work(shift: Shift, clips: int) -> Counter[str]:
    """Work through the shift, and return what happened."""
    for number, (clip, reviewer) in enumerate(_visits(clips)):
        shift.product.pass_time(seconds=_SECONDS_A_VISIT)
        guess, confidence = _reading(clip, reviewer)
        if confidence == 1:
            _ask(shift, clip, reviewer, guess)
        if number % _VISITS_BETWEEN_ANSWERS == 0:
            _answer_each(shift)
    while shift.waiting:
        _answer_each(shift)
    _count_results(shift)
    return shift.counts


def _ask(
    shift: Shift,
    clip: int,
    reviewer: str,
    guess: str,
) -> None:
    """Ask about a clip's word, as a reviewer who accepts an outcome that is shown."""
    shift.counts["asked"] += 1
    clip_id = _clip_id(clip)
    before = shift.asked.get(clip)
    is_settled = before is not None and _now(shift, before).state not in LIVE
    if is_settled and not shift.rules.knows_settled:
        clip_id = _clip_id(clip, "-copy")
    try:
        asked = shift.product.ask(reviewer, clip=clip_id, guess=guess)
    except Invalid as notice:
        if notice.field != "anew":
            raise
        shift.counts["shown the outcome"] += 1
        return
    if asked.joined:
        shift.counts["joined"] += 1
        return
    if is_settled:
        shift.counts["asked twice"] += 1
    request = shift.product.render(asked.request)
    shift.asked[clip] = request
    shift.waiting.append((clip, request))


def _now(shift: Shift, request: Request) -> Request:
    return shift.product.request(request)


def _answer_each(shift: Shift) -> None:
    """Give each waiting request one answer, or its ruling."""
    waiting = shift.waiting
    shift.waiting = []
    for clip, request in waiting:
        if _now(shift, request).state is RequestState.DISPUTED:
            _rule(shift, clip, request)
        else:
            _answer(shift, clip, request)
        if _now(shift, request).state in LIVE:
            shift.waiting.append((clip, request))


def _answer(shift: Shift, clip: int, request: Request) -> None:
    """Answer as the next reviewer who did not ask about the word."""
    with shift.product.services.store.read() as tx:
        given = tx.proposals.of_request(request.id)
    busy = {request.asker.user_id, *(each.proposer.user_id for each in given)}
    free = [each for each in REVIEWERS if each not in busy]
    listener = random.Random(f"{SEED} {request.clip_id} {len(given)}").choice(free)
    reading, confidence = _reading(clip, listener)
    if not shift.rules.counts_doubt:
        confidence = 3
    shift.product.answer(listener, request, reading, confidence=confidence)
    shift.counts["answered"] += 1
    if _now(shift, request).state is RequestState.DISPUTED:
        shift.counts["disputed"] += 1


def _rule(shift: Shift, clip: int, request: Request) -> None:
    lead = LEADS[clip % len(LEADS)]
    reading, _ = _reading(clip, lead)
    shift.product.hear(lead, request)
    adjudicate.adjudicate(
        shift.product.services,
        shift.product.act(lead),
        request.key,
        answer=Answer.WORDS,
        text=reading,
        reason="Clear.",
    )
    shift.counts["ruled"] += 1


def _count_results(shift: Shift) -> None:
    """Count the words with a result, with a wrong one, and with two different ones."""
    by_clip: dict[str, set[str]] = {}
    with shift.product.services.store.read() as tx:
        for request in tx.requests.in_states(SETTLED, ["english-us"]):
            word = by_clip.setdefault(request.clip_id.removesuffix("-copy"), set())
            word.add(str(request.settled_text))
    shift.counts["words"] = len(by_clip)
    shift.counts["wrong"] = sum("worda" not in each for each in by_clip.values())
    shift.counts["two results"] = sum(len(each) > 1 for each in by_clip.values())


def actions(shift: Shift) -> int:
    """Return the actions of all people in the shift."""
    taken = 0
    for act, number in shift.rules.actions.items():
        taken += shift.counts[act] * number
    return taken


def main() -> None:
    """Print the table of both shifts."""
    clips = CLIPS
    if len(sys.argv) > 1:
        clips = int(sys.argv[1])
    for name, rules in {"before": BEFORE, "now": NOW}.items():
        with tempfile.TemporaryDirectory() as folder:
            shift = open_shift(Path(folder), rules, clips)
            counts = work(shift, clips)
            print(name, dict(sorted(counts.items())), "actions", actions(shift))


if __name__ == "__main__":
    main()
