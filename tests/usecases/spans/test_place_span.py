"""A word is chosen as a span where the sound has it, and no masked word with it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.demo import DEMO_CLIPS
from bot.sources import open_clip_source
from bot.usecases.spans.place_span import SpanChoice, choose_span
from storage.records import Clip

SOURCE = open_clip_source(str(DEMO_CLIPS))
CLIPS = [SOURCE.clip(path.stem) for path in sorted(DEMO_CLIPS.glob("en-*.json"))]


def choice_of(clip: Clip, index: int) -> SpanChoice:
    with SOURCE.audio(clip.clip_id) as recording:
        return choose_span(
            recording,
            clip.words,
            index,
            index,
            locale=clip.locale,
            timing=clip.timing,
        )


@pytest.mark.parametrize("clip", CLIPS[:4], ids=lambda clip: clip.clip_id)
def test_the_span_holds_nearly_all_of_a_word(clip: Clip) -> None:
    shares = []
    for index, word in enumerate(clip.words):
        span = choice_of(clip, index).span
        held_ms = min(span.end_ms, word.end_ms) - max(span.start_ms, word.start_ms)
        shares.append(max(0, held_ms) / (word.end_ms - word.start_ms))
    assert sum(shares) / len(shares) > 0.85


def test_a_word_beside_a_masked_one_reports_what_is_lost() -> None:
    choices = [
        choice_of(clip, index) for clip in CLIPS for index in range(len(clip.words))
    ]
    lost = [each for each in choices if each.loses_sound]
    assert lost
    assert len(lost) < len(choices)


def test_levels_show_steps_of_loudness_around_the_span_and_no_more() -> None:
    choice = choice_of(CLIPS[0], 3)
    assert choice.levels_start_ms <= choice.span.start_ms
    assert len(choice.levels) <= (choice.span.length_ms + 1200) // 20 + 1
    assert max(choice.levels) == 100
    assert min(choice.levels) >= 0


def test_the_command_chooses_by_word_and_prints_the_span(tmp_path: Path) -> None:
    arguments = ["snippet", "en-us-0005", "--word", "3", "-o", str(tmp_path / "a.wav")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("span ")
    assert (tmp_path / "a.wav").exists()
