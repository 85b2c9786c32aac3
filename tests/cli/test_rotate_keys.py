"""`help-clip db rotate-keys`, killed at random moments and run again."""

import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.checks.keys import key_line
from bot.usecases.erasure.rotate_keys import count_keys
from storage.blobs import open_blobs
from storage.keys import ClipKeys
from storage.seal import MasterKey, new_master_key
from tests.product import Product

OLD, NEW = new_master_key(), new_master_key()
KEYS = 400


def environment(product: Product, folder: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "s",
        "PUBLIC_URL": "https://help-clip.test",
        "CLIP_SOURCE": str(folder),
        "RESULT_SINK": str(folder / "results"),
        "SNIPPET_KEY": f"{NEW},{OLD}",
        "KEY_STORE": str(folder / "keys"),
        "SNIPPET_STORE": str(folder / "snippets"),
        "DATABASE_URL": product.services.store.url,
        "DESKS": str(Path(__file__).parents[2] / "bot/demo/desks.toml"),
    }


def start(product: Product, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "db", "rotate-keys"],
        cwd=folder,
        env=environment(product, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def keys_under(folder: Path, *masters: str) -> ClipKeys:
    return ClipKeys(open_blobs(str(folder / "keys")), MasterKey.read(",".join(masters)))


def make_keys(product: Product, folder: Path) -> dict[str, bytes]:
    keys = keys_under(folder, OLD)
    master_id = MasterKey.read(OLD).current_id
    until = datetime.now(UTC) + timedelta(days=9)
    clips = [f"clip-{number}" for number in range(KEYS)]
    with product.services.store.begin() as tx:
        for clip_id in clips:
            tx.retention.keep_clip_key(clip_id, until=until, wrapped_by=master_id)
    return {clip_id: keys.make(clip_id) for clip_id in clips}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_rotation_that_is_killed_again_and_again_loses_no_key(
    product: Product, tmp_path: Path, seed: int
) -> None:
    made = make_keys(product, tmp_path)
    product.services.snippet_key = MasterKey.read(f"{NEW},{OLD}")
    moments = random.Random(seed)
    n_kills = 0
    waiting = KEYS
    while n_kills < 3 and waiting:
        killed = start(product, tmp_path)
        # The kill comes at a random moment after the first key of this run.
        while waiting == count_keys(product.services).of_another:
            if killed.poll() is not None:
                break
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.1))
        killed.kill()
        killed.communicate()
        n_kills += 1
        waiting = count_keys(product.services).of_another
        both = keys_under(tmp_path, NEW, OLD)
        assert {clip_id: both.get(clip_id) for clip_id in made} == made
        if waiting:
            assert key_line(product.services).problem
    finished = start(product, tmp_path)
    output, _ = finished.communicate(timeout=120)
    assert finished.returncode == 0, output
    assert "now wrapped by the first SNIPPET_KEY" in output
    new = keys_under(tmp_path, NEW)
    assert {clip_id: new.get(clip_id) for clip_id in made} == made
    assert key_line(product.services).problem is None
