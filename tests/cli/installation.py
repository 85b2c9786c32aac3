"""An installation for the commands: settings in a folder that name a database."""

from pathlib import Path

import pytest

from bot.config.settings import Settings
from bot.demo import DEMO_DESKS
from tests.product import Product


def install(
    product: Product,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    **more: str,
) -> None:
    """Write `.env` with the product's database and `more`, and go to the folder.

    No setting of the machine that runs the tests counts.
    """
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(folder)
    (folder / "clips").mkdir()
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "s",
        "PUBLIC_URL": "https://help-clip.test",
        "CLIP_SOURCE": "clips",
        "RESULT_SINK": "results",
        "SNIPPET_KEY": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
        "DATABASE_URL": product.services.store.url,
        "DESKS": str(DEMO_DESKS),
        **more,
    }
    lines = [f"{name}={value}" for name, value in settings.items()]
    (folder / ".env").write_text("\n".join(lines), "utf-8")
