"""The demo's data verifies against its state on the command line, until it is changed."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from bot.cli.demo.demo import demo_settings

ROOT = Path(__file__).parents[2]


def help_clip(
    folder: Path, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def settings_of(kept: Path) -> dict[str, str]:
    """Return the settings of a kept demo as environment variables."""
    settings = demo_settings(kept, "http://127.0.0.1:1", "http://127.0.0.1:2")
    signing_key = settings.audit_signing_key
    assert signing_key is not None
    return {
        "DATABASE_URL": settings.database_url,
        "SLACK_BOT_TOKEN": settings.slack_bot_token.get_secret_value(),
        "SNIPPET_KEY": settings.snippet_key.get_secret_value(),
        "PUBLIC_URL": settings.public_url,
        "CLIP_SOURCE": settings.clip_source,
        "RESULT_SINK": settings.result_sink,
        "SNIPPET_STORE": settings.snippet_store,
        "KEY_STORE": settings.key_store,
        "DESKS": str(settings.desks),
        "AUDIT_SIGNING_KEY": signing_key.get_secret_value(),
        "SLACK_CLIENT_ID": "1.1",
        "SLACK_CLIENT_SECRET": "secret",
    }


def test_the_demo_agrees_with_its_log_until_a_row_is_deleted(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    toured = help_clip(tmp_path, "demo", "--tour", "--keep", str(kept))
    assert toured.returncode == 0, toured.stderr
    settings = settings_of(kept)
    signed = help_clip(tmp_path, "audit", "checkpoint", **settings)
    assert signed.returncode == 0, signed.stderr
    command = ("audit", "verify", "--against-state")
    good = help_clip(tmp_path, *command, **settings)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "The state agrees with the log" in good.stdout
    with sqlite3.connect(kept / "help-clip.db") as database:
        database.execute("DELETE FROM proposals WHERE rowid = 1")
    database.close()
    bad = help_clip(tmp_path, *command, **settings)
    assert bad.returncode == 1
    assert "NOT GENUINE: state missing: Event " in bad.stdout
    assert "(proposal.made HC-1001) has no proposal in the state" in bad.stdout
    recorded = help_clip(tmp_path, "audit", "query", "--action", "log", **settings)
    assert "state_missing" in recorded.stdout
