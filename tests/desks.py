"""Desks for tests."""

import re
from dataclasses import fields, replace
from pathlib import Path

from bot.demo import DEMO_DESKS
from bot.rules.desks import Desks, Holders
from bot.rules.requests.exposure import ExposureLimits
from storage.records import Role

# Wider for what is heard than for what is asked, so that snippets keep their context.
_WIDE = {field.name: 10_000 for field in fields(ExposureLimits)} | {
    "heard_seconds_per_clip": 100_000
}


def with_less_masked(desks: Desks, *users: str) -> Desks:
    """The same desks; on the English one these people may ask to hear closer."""
    desk = desks["english-us"]
    holders = {**desk.holders, Role.LESS_MASKED: Holders(users=frozenset(users))}
    return replace(
        desks, desks={**desks.desks, desk.id: replace(desk, holders=holders)}
    )


def with_wide_exposure(desks: Desks) -> Desks:
    """The same desks without a limit of what is asked, heard and read of a clip."""
    wide = {
        name: replace(desk, exposure=ExposureLimits(**_WIDE))
        for name, desk in desks.desks.items()
    }
    return replace(desks, desks=wide)


def with_spare_seats(desks: Desks, spare_seats: int) -> Desks:
    """The same desks, on which so many answers may differ before a lead is asked."""
    seated = {
        name: replace(desk, spare_seats=spare_seats)
        for name, desk in desks.desks.items()
    }
    return replace(desks, desks=seated)


def quiet_desks(folder: Path, **settings: str) -> Path:
    """The sample desks without an auditors' channel, written to a file; `settings`
    replace others. Recordings may be asked about without limit.

    Its checkpoint, at most one an hour, would come between the calls to Slack that
    tests count.
    """
    text = (DEMO_DESKS).read_text("utf-8")
    for name, value in {"audit_channel": "", **settings}.items():
        line = f"{name} = {value}" if value else ""
        text = re.sub(rf"^{name} = .*$", line, text, flags=re.MULTILINE)
    limits = ", ".join(f"{name} = {value}" for name, value in _WIDE.items())
    text = re.sub(
        r"^(locale = .*)$",
        rf"\1\nexposure = {{ {limits} }}",
        text,
        flags=re.MULTILINE,
    )
    path = folder / "-".join(["quiet", *settings, "desks.toml"])
    path.write_text(text, "utf-8")
    return path
