"""What in a message is not for a channel."""

import pytest

from bot.config.desks_file import parse_desks
from bot.errors import Invalid
from bot.rules.channels.sharing import (
    Attached,
    gravest,
    is_discussion,
    kind_of_file,
    kinds_in_text,
    possible_clip_ids,
)
from storage.records import IncidentKind

US = "https://help-clip.example.com"


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (Attached(id="F", name="clip.wav"), IncidentKind.RECORDING_DROPPED),
        (Attached(id="F", name="CLIP.WAV"), IncidentKind.RECORDING_DROPPED),
        (
            Attached(id="F", name="x", mimetype="audio/flac"),
            IncidentKind.RECORDING_DROPPED,
        ),
        (
            Attached(id="F", name="x", mimetype="Video/MP4"),
            IncidentKind.RECORDING_DROPPED,
        ),
        # A voice clip recorded in Slack.
        (
            Attached(id="F", name="audio_message.m4a", subtype="slack_audio"),
            IncidentKind.RECORDING_DROPPED,
        ),
        # A recording by another name: Slack's own judgement of the kind still tells.
        (
            Attached(id="F", name="notes.txt", filetype="m4a"),
            IncidentKind.RECORDING_DROPPED,
        ),
        (
            Attached(id="F", name="notes.m4a", filetype="text"),
            IncidentKind.RECORDING_DROPPED,
        ),
        (Attached(id="F", name="shift.tar.gz"), IncidentKind.ARCHIVE_DROPPED),
        (
            Attached(id="F", name="x", mimetype="application/zip"),
            IncidentKind.ARCHIVE_DROPPED,
        ),
        (
            Attached(id="F", name="x", mimetype="application/x-7z-compressed"),
            IncidentKind.ARCHIVE_DROPPED,
        ),
        (Attached(id="F", withheld=True), IncidentKind.ARCHIVE_DROPPED),
        (Attached(id="F", name="rota.pdf", mimetype="application/pdf"), None),
        (
            Attached(id="F", name="photo.png", mimetype="image/png", filetype="png"),
            None,
        ),
        (Attached(id="F", name="style.ts", filetype="typescript"), None),
        (Attached(id="F", name="a"), None),
        (Attached(id="F"), None),
    ],
)
def test_a_file_is_known_by_what_slack_says_of_it(
    file: Attached, kind: IncidentKind | None
) -> None:
    assert kind_of_file(file) is kind


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"<{US}/r/abc|listen>", {IncidentKind.PLAYER_LINKED}),
        (f"see {US}/rule/abc", {IncidentKind.PLAYER_LINKED}),
        (f"start at {US}/", set()),
        ("https://elsewhere.example/r/abc", set()),
        ("<https://files.example/a/b.MP3?x=1>", {IncidentKind.RECORDING_LINKED}),
        ("https://example.com/shift.zip", {IncidentKind.RECORDING_LINKED}),
        (
            "https://acme.slack.com/files/U1/F2/voice_message",
            {IncidentKind.RECORDING_LINKED},
        ),
        (
            "https://agency.slack-gov.com/files/U1/F2/voice_message",
            {IncidentKind.RECORDING_LINKED},
        ),
        ("https://notslack.com/files/U1/F2/x", set()),
        ("https://notslack-gov.com/files/U1/F2/x", set()),
        ("https://example.com/mp3", set()),
        ("https://example.com/about-wav-files.html", set()),
        ("http://[::1", set()),
        ("the wav file sounds odd", set()),
        ("", set()),
    ],
)
def test_links_are_known_by_where_they_lead(
    text: str, kinds: set[IncidentKind]
) -> None:
    assert kinds_in_text(text, US) == kinds


def test_words_that_may_be_clip_ids_are_few_and_no_request_is_one() -> None:
    text = "HC-1042 and hc-7: en-us-0001. <@U1-2> https://x.example/en-us-0002 clip_9.a b.2 c-3 d-4"
    assert possible_clip_ids(text) == ["en-us-0001", "clip_9.a", "b.2"]
    assert possible_clip_ids("see you 10-12, e-mail me, 1.2-1.9") == []


def test_the_gravest_is_put_on_record() -> None:
    both = {IncidentKind.PLAYER_LINKED, IncidentKind.ARCHIVE_DROPPED}
    assert gravest(both) is IncidentKind.ARCHIVE_DROPPED
    assert gravest(set()) is None


@pytest.mark.parametrize(
    ("text", "talks"),
    [
        ("lamp!", True),
        ("听起来像灯", True),
        (":eyes:", False),
        ("<@U1>", False),
        ("👍 ...", False),
    ],
)
def test_an_emoji_is_no_discussion(text: str, talks: bool) -> None:
    assert is_discussion(text) is talks


def watched(**raw: object) -> frozenset[str]:
    desk = {"locale": "en", "channel": "C1", **raw}
    return parse_desks({"desks": {"en": desk}})["en"].watched


def test_watched_rooms_are_ids() -> None:
    assert watched(watched=["C1", "C2"]) == {"C1", "C2"}
    assert watched() == frozenset()
    with pytest.raises(Invalid, match="list of channel ids"):
        watched(watched="C1")
    with pytest.raises(Invalid, match="not '#general'"):
        watched(watched=["#general"])
