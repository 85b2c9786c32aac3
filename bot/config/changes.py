"""Which settings are otherwise than at the last start, without keeping what they say.

A setting of `desks.toml` goes by its place in the file (`desks.english-us.quorum`), one
of the environment by its name (`CLIP_SOURCE`). Of who holds a role, `role_mapping`
takes care.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from bot.rules.people.roles import COMPANY_KEYS, DESK_KEYS, VENDORS
from storage.records import Setting

Known = Mapping[str, tuple[str, str | None]]  # by name: a digest, and what may be told

_CHANNELS = {"channel", "safety_channel", "audit_channel"}
# Where a process listens differs between replicas; what DESKS leads to is looked at
# itself.
_NOT_LOOKED_AT = {"listen", "desks"}
# A password somebody thought of may be short: guessing it by its digest has to be slow.
_SCRYPT = {
    "n": 2**12,
    "r": 8,
    "p": 1,
}


def of_environment(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the environment, by name."""
    return {
        name.upper(): value
        for name, value in values.items()
        if name not in _NOT_LOOKED_AT
    }


def of_file(data: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the parsed `desks.toml`, by place; lists are kept whole."""
    holders = COMPANY_KEYS | {VENDORS}
    settings = {key: value for key, value in data.items() if key not in holders}
    return dict(_leaves("", settings))


def _leaves(place: str, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    is_desk = place.startswith("desks.") and place.count(".") == 2
    for key, value in data.items():
        if is_desk and key in DESK_KEYS:
            continue
        if isinstance(value, Mapping):
            yield from _leaves(f"{place}{key}.", value)
        else:
            yield f"{place}{key}", value


def changed(before: Known, now: Mapping[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Those that are new or otherwise, as they are to be known from now on."""
    return {
        name: (_digest(name, value, secrets.token_hex(16)), _shown(name, value))
        for name, value in now.items()
        if name not in before
        or before[name][0] != _digest(name, value, before[name][0][:32])
    }


def told(
    before: Known,
    otherwise: Known,
    gone: set[str],
) -> list[Setting]:
    """What to put on record: one line a setting; a desk that came or went is one
    line.
    """
    came = {_desk(name) for name in otherwise} - {_desk(name) for name in before}
    went = {_desk(name) for name in gone} - {
        _desk(name) for name in {*before, *otherwise} - gone
    }
    lines = [
        *(Setting(name=desk, new="added") for desk in came if desk),
        *(Setting(name=desk, old="removed") for desk in went if desk),
    ]
    for name in {*otherwise, *gone}:
        if _desk(name) not in (came | went) - {None}:
            old, new = (
                before.get(name, ("", None))[1],
                otherwise.get(name, ("", None))[1],
            )
            lines.append(
                Setting(
                    name=name,
                    old=old,
                    new=new,
                )
            )
    return sorted(lines, key=lambda line: line.name)


def _desk(name: str) -> str | None:
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "desks" and len(parts) > 2 else None


def _shown(name: str, value: object) -> str | None:
    """What may stand in the log: numbers, yes and no, ids of channels."""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    is_channel = name.rpartition(".")[2] in _CHANNELS and isinstance(value, str)
    return str(value)[:32] if is_channel else None


def _digest(
    name: str,
    value: object,
    salt: str,
) -> str:
    """The salt (32 characters) and, after it, a hash."""
    text = json.dumps(value, sort_keys=True, default=str).encode()
    if name.isupper():
        return (
            salt
            + hashlib.scrypt(
                text,
                salt=salt.encode(),
                dklen=32,
                **_SCRYPT,
            ).hex()
        )
    return salt + hashlib.sha256(salt.encode() + text).hexdigest()
