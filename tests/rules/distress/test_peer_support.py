"""What is noticed in a chat of two people, and what is theirs."""

from collections.abc import Sequence

import pytest

from bot.rules.distress.peer_support import slip_in
from storage.records import Slip

URL = "https://help-clip.test"
HEARD = ["turn", "on", "the", "lamp", "in", "the", "kitchen"]


def found(
    text: str, *heard: Sequence[str], n_files: int = 0, clip: bool = False
) -> Slip | None:
    return slip_in(
        text,
        n_files=n_files,
        public_url=URL,
        names_clip=clip,
        heard=[list(h) for h in heard],
    )


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        (f"listen to <{URL}/r/abcdefgh>", Slip.LINK),
        (f"{URL}/ask?clip=x", Slip.LINK),
        (f"{URL}/case/abc", Slip.LINK),
        ("it was HC-1042", Slip.CLIP),
        ("hc-7 again", Slip.CLIP),
        ("at 1.2-1.9", Slip.SPAN),
        ("around 1.25 s \u2013 1.9 s or so", Slip.SPAN),
        ("1200-1900 ms", Slip.SPAN),
    ],
)
def test_what_leads_to_a_recording_is_noticed(text: str, slip: Slip) -> None:
    assert found(text) is slip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I slept badly, and the clip is still with me.",
        "Coffee 9-10? Or 9.30, in room 4-11",
        "call me: +1 555 0100-22",
        "see you on 2026-03-02",
        f"look at {URL}/care and take a break",
        "https://example.com/r/walks",
        "you know the song 'lamp'?",
        "I kept thinking of it in the kitchen",
    ],
)
def test_how_somebody_is_stays_theirs(text: str) -> None:
    assert found(text, HEARD) is None


@pytest.mark.parametrize(
    "text",
    [
        "then somebody said Turn on the LAMP and",
        "he said \u201cthe kitchen\u201d",
        'it was "the lamp, in" and no more',
        "&gt; in the kitchen",
        "turn...on...the...lamp",
    ],
)
def test_words_of_a_recording_are_noticed(text: str) -> None:
    assert found(text, HEARD) is Slip.QUOTE
    assert found(text) is None


def test_an_answer_is_noticed_in_quotation_marks_only() -> None:
    assert found("I answered 'lamp' I think", ["lamp"]) is Slip.QUOTE
    assert found("I will turn the lamp off and go home", ["lamp"]) is None


def test_languages_without_spaces_are_compared_by_their_letters() -> None:
    assert (
        found(
            "そこで台所の明かりをつけてと言って",
            ["台所", "の", "明かり", "を", "つけて"],
        )
        is Slip.QUOTE
    )


def test_a_file_and_a_clip_are_noticed_whatever_is_written() -> None:
    assert found("", n_files=1) is Slip.FILE
    assert found("hm", clip=True) is Slip.CLIP
