"""The mark of a listen on real speech: it survives, it is quiet, and it names no
stranger.
"""

import os

import numpy as np
import pytest

from bot.redaction.watermark.blind import fields_of, score_blind
from bot.redaction.watermark.detect import score_beside
from bot.redaction.watermark.mark import chips, mark
from bot.redaction.watermark.tiles import image_of
from tests.bench.watermark import (
    LISTENS,
    MAX_ODDS,
    SECRET,
    SPEECH,
    originals,
    strangers_of,
)
from tests.bench.watermark_attacks import (
    ATTACKS,
    noise_to_mask_db,
    segmental_snr_db,
    snr_db,
)

pytestmark = pytest.mark.skipif(
    not SPEECH.exists() and os.environ.get("CI") != "true",
    reason="the shared recordings (../shared/speech) are not on this machine",
)

LIMIT = np.log(MAX_ODDS / LISTENS)
HARMLESS_TO_IT = [
    name for name in ATTACKS if not name.startswith(("all:", "a phone", "atempo"))
]


@pytest.fixture(scope="module")
def snippets() -> list[np.ndarray]:
    return list(originals(2, 6.0))


@pytest.mark.parametrize("attack", HARMLESS_TO_IT)
def test_the_listen_is_named_whatever_happened_to_the_leak(
    snippets: list[np.ndarray], attack: str
) -> None:
    for i, plain in enumerate(snippets):
        coins = chips(SECRET, str(i))
        leak = image_of(ATTACKS[attack](mark(plain, coins)).astype(np.float32))
        mine, other = score_beside(
            leak, image_of(plain), [coins, chips(SECRET, "other")]
        )
        assert mine.log_odds < LIMIT
        assert other.log_odds > np.log(1e-4)


def test_a_snippet_that_is_mostly_masked_is_named_too() -> None:
    for i, plain in enumerate(originals(3, 5.5, "tone")):
        coins = chips(SECRET, str(i))
        leak = image_of(ATTACKS["MP3 64 kbit/s"](mark(plain, coins)))
        assert score_beside(leak, image_of(plain), [coins])[0].log_odds < LIMIT


def test_most_are_named_without_the_snippet_at_hand(snippets: list[np.ndarray]) -> None:
    for i, plain in enumerate(snippets):
        coins = chips(SECRET, str(i))
        leak = image_of(ATTACKS["MP3 64 kbit/s"](mark(plain, coins)))
        assert score_blind(fields_of(leak), [coins])[0].log_odds < LIMIT


def test_the_mark_is_quiet(snippets: list[np.ndarray]) -> None:
    for i, plain in enumerate(snippets):
        marked = mark(plain, chips(SECRET, str(i)))
        assert snr_db(plain, marked) > 19
        assert segmental_snr_db(plain, marked) > 20
        assert noise_to_mask_db(plain, marked) < 0


@pytest.mark.parametrize("is_marked", [False, True])
def test_strangers_stay_within_the_bound(
    snippets: list[np.ndarray], is_marked: bool
) -> None:
    plain = snippets[0]
    made = mark(plain, chips(SECRET, "somebody")) if is_marked else plain
    leak = image_of(ATTACKS["MP3 64 kbit/s"](made))
    others = strangers_of(2_000, 0)
    scores = np.array([s.z for s in score_beside(leak, image_of(plain), others)])
    for z in (1.0, 2.0, 3.0):
        assert (scores >= z).mean() <= np.exp(-(z**2) / 2)
    assert min(s.log_odds for s in score_blind(fields_of(leak), others[:300])) > np.log(
        1e-4
    )
