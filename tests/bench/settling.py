"""How many words go to leads, and how many are settled wrongly, under each rule.

    python -m tests.bench.settling

Listeners are simulated. A word's difficulty is drawn from four measured ones: the share
of snippets in which a recogniser chose the right one of five words that sound alike, at
20, 10, 5 and 0 dB (120 snippets; people may do better). Listeners of one word share its
difficulty and its rivals. Two things are assumed, and varied: how the wrong answers
spread over the four rivals, and how often a right or a wrong answer is called unsure.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.rules.requests.agreement import verdict
from storage.records import Answer, Person, Proposal, RequestState

# Chosen right among five, by signal-to-noise ratio: 20, 10, 5 and 0 dB.
MEASURED = (0.93, 0.63, 0.77, 0.53)
# How the wrong answers spread over the rivals: most take the same one, or any.
SPREADS = {"alike": (0.7, 0.15, 0.1, 0.05), "apart": (0.25, 0.25, 0.25, 0.25)}
# How often an answer is unsure: a right one, a wrong one.
DOUBTS = {"telling": (0.2, 0.6), "idle": (0.3, 0.3)}
RULES = {
    "2 of 2, doubt ignored": (2, 0, False),
    "2 of 2": (2, 0, True),
    "2 of 3": (2, 1, True),
    "3 of 5": (3, 2, True),
}
WORDS = 20_000
SEED = 17
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_MOST_ANSWERS = 9


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Of all words: to a lead, settled wrongly by agreement, wrong in the end.

    In the end, a lead has ruled who hears the same snippet as well as one listener.
    `answers` is the number a word.
    """

    to_lead: float
    wrong: float
    wrong_in_the_end: float
    answers: float


def _answer(
    rng: random.Random,
    accuracy: float,
    spread: Sequence[float],
    doubts: tuple[float, float],
    number: int,
) -> Proposal:
    """Return one listener's answer; reading 0 is the right one."""
    is_right = rng.random() < accuracy
    reading = 0
    if not is_right:
        reading = rng.choices((1, 2, 3, 4), weights=spread)[0]
    is_unsure = rng.random() < doubts[not is_right]
    return Proposal(
        request_id=1,
        proposer=Person(team_id="T", user_id=f"U{number}"),
        answer=Answer.WORDS,
        text=f"word{'abcde'[reading]}",
        confidence=1 if is_unsure else 2,
        made_at=_NOW,
    )


def simulate(
    rule: str,
    spread: Sequence[float],
    doubts: tuple[float, float],
    words: int = WORDS,
) -> Shares:
    """Return the shares for so many words; the words are the same under each rule."""
    quorum, spare_seats, counts_doubt = RULES[rule]
    n_lead = n_wrong = n_misruled = n_answers = 0
    for number in range(words):
        rng = random.Random(f"{SEED} {number}")
        accuracy = rng.choice(MEASURED)
        given: list[Proposal] = []
        for listener in range(_MOST_ANSWERS):
            answer = _answer(rng, accuracy, spread, doubts, listener)
            if not counts_doubt:
                answer = replace(answer, confidence=3)
            given.append(answer)
            found = verdict(given, quorum, "en-US", spare_seats=spare_seats)
            if found.state is not RequestState.OPEN:
                break
        n_answers += len(given)
        is_disputed = found.state is RequestState.DISPUTED
        n_lead += is_disputed
        # The lead of a word is the same under each rule.
        is_misruled = random.Random(f"{SEED} lead {number}").random() >= accuracy
        n_misruled += is_disputed and is_misruled
        is_agreed = found.state is RequestState.AGREED
        n_wrong += is_agreed and found.text != "worda"
    return Shares(
        to_lead=n_lead / words,
        wrong=n_wrong / words,
        wrong_in_the_end=(n_wrong + n_misruled) / words,
        answers=n_answers / words,
    )


def main() -> None:
    """Print one table for each assumption."""
    for spread_name, spread in SPREADS.items():
        for doubts_name, doubts in DOUBTS.items():
            print(f"\nwrong answers {spread_name}, doubt {doubts_name}\n")
            print("| rule | to a lead | settled wrongly | wrong in the end | answers |")
            print("|---|---|---|---|---|")
            for rule in RULES:
                found = simulate(rule, spread, doubts)
                shares = [found.to_lead, found.wrong, found.wrong_in_the_end]
                cells = " | ".join(f"{share:.1%}" for share in shares)
                print(f"| {rule} | {cells} | {found.answers:.2f} |")


if __name__ == "__main__":
    main()
