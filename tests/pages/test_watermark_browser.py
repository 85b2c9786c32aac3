"""The page's player and the watermark together, in real Chromium, the sound captured."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.redaction.audio.signal import Samples
from bot.redaction.audio.wav import encode_wav
from bot.redaction.watermark.mark import SECRET_SEED
from bot.redaction.watermark.played import SPEEDS
from bot.usecases.context import Act
from bot.usecases.listening.trace import MAX_ODDS, trace
from bot.usecases.listening.trace_candidates import Scope
from storage.records import Origin
from tests.pages.chromium import (
    RunningClock,
    free_port,
    launched,
    served,
    signed_in,
)
from tests.pages.site import JONAS, RAVI, Site, new_site

PLAYER = Path(__file__).parents[2] / "bot" / "pages" / "static" / "js" / "player.js"
PLAYING = '#player[data-state="playing"]'
IDLE = '#player[data-state="idle"]'
# This keeps every sound that the page gives to the loudspeaker.
CAPTURE = """
    window.played = [];
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (...more) {
        window.played.push(Array.from(this.buffer.getChannelData(0)));
        return start.apply(this, more);
    };
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port = free_port()
    folder = tmp_path_factory.mktemp("site")
    made = new_site(folder, public_url=f"http://127.0.0.1:{port}")
    made.clock = RunningClock()  # type: ignore[assignment]
    with served(made.application(), port):
        yield made
    made.services.store.close()


@pytest.fixture(scope="module")
def sounds(site: Site) -> dict[float, Samples]:
    """The sound that Ravi's page plays at each speed, one press of play for each."""
    request = site.asked()
    site.hear(request, JONAS)
    with launched() as browser:
        context = signed_in(browser, site, RAVI)
        page = context.new_page()
        page.add_init_script(CAPTURE)
        page.goto(f"/r/{request.key}")
        for _ in range(10):
            page.keyboard.press("F3")
        heard = {}
        for _ in range(len(SPEEDS) + 1):
            speed = float(page.inner_text("#speed").removesuffix("×"))
            page.keyboard.press("Space")
            page.wait_for_selector(PLAYING)
            page.keyboard.press("Escape")
            page.wait_for_selector(IDLE)
            captured = page.evaluate("window.played.pop()")
            heard[speed] = np.array(captured, dtype=np.float32)
            page.keyboard.press("F4")
        context.close()
    return heard


def test_the_tracer_knows_the_speeds_of_the_player() -> None:
    listed = re.search(r"SPEEDS = \[(.*)\]", PLAYER.read_text())
    assert listed is not None
    speeds = [float(each) for each in listed[1].split(",")]
    assert [each for each in speeds if each != 1] == list(SPEEDS)


@pytest.mark.parametrize("speed", sorted((1.0, *SPEEDS)))
def test_the_sound_of_each_speed_of_the_player_names_its_listen(
    site: Site,
    sounds: dict[float, Samples],
    tmp_path: Path,
    speed: float,
) -> None:
    leak = tmp_path / "leak.wav"
    leak.write_bytes(encode_wav(sounds[speed]))
    request = site.asked()
    traced = trace(
        site.services,
        Act(person=None, origin=Origin.CLI, now=site.clock()),
        leak,
        Scope(request=request.name),
        reason="found in a chat room",
        secrets=[site.services.snippet_key.derive(SECRET_SEED)],
    )
    assert traced.candidates == len(SPEEDS) + 2
    (named,) = traced.named
    assert named.listener.user_id == RAVI
    assert named.odds < MAX_ODDS
