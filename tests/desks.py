"""Desks for tests."""

import re
from dataclasses import replace
from pathlib import Path

from bot.demo import DEMO_DESKS
from bot.rules.desks import Desks, Holders
from storage.records import Role


def with_less_masked(desks: Desks, *users: str) -> Desks:
    """The same desks; on the English one these people may ask to hear closer."""
    desk = desks["english-us"]
    holders = {**desk.holders, Role.LESS_MASKED: Holders(users=frozenset(users))}
    return replace(
        desks, desks={**desks.desks, desk.id: replace(desk, holders=holders)}
    )


def quiet_desks(folder: Path, **settings: str) -> Path:
    """The sample desks without an auditors' channel, written to a file; `settings`
    replace others.

    Its checkpoint, at most one an hour, would come between the calls to Slack that
    tests count.
    """
    text = (DEMO_DESKS).read_text("utf-8")
    for name, value in {"audit_channel": "", **settings}.items():
        line = f"{name} = {value}" if value else ""
        text = re.sub(rf"^{name} = .*$", line, text, flags=re.MULTILINE)
    path = folder / "-".join(["quiet", *settings, "desks.toml"])
    path.write_text(text, "utf-8")
    return path
