"""The settings that differ from those of the last start, without their values.

A setting of `desks.toml` is named by its place in the file (`desks.english-us.quorum`),
one of the environment by its name (`CLIP_SOURCE`). Changes of role holders are the
subject of `role_mapping`.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.rules.people.roles import COMPANY_KEYS, DESK_KEYS, VENDORS
from storage.records import Setting

# A digest, and the value where the log may contain it.
Entry = tuple[str, str | None]
Known = Mapping[str, Entry]

# A desk's place in the file, such as `desks.english-us.`.
_DESK_PLACE = re.compile(r"desks\.[^.]*\.", re.DOTALL)
_CHANNELS = {"channel", "safety_channel", "audit_channel"}
# The address of a process differs between replicas, and the file of DESKS is compared
# itself.
_NOT_COMPARED = {"listen", "desks"}
# A password may be short, so that guessing it by its digest has to be slow.
_SCRYPT = {
    "n": 2**12,
    "r": 8,
    "p": 1,
}


def read_environment(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the environment, by name."""
    return {
        name.upper(): value
        for name, value in values.items()
        if name not in _NOT_COMPARED
    }


def read_file(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the parsed `desks.toml`, by place; lists are kept whole."""
    holders = COMPANY_KEYS | {VENDORS}
    settings = {key: value for key, value in data.items() if key not in holders}
    return dict(_leaves("", settings))


def _leaves(place: str, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    is_desk = _DESK_PLACE.fullmatch(place) is not None
    skipped: frozenset[str] = frozenset()
    if is_desk:
        skipped = DESK_KEYS
    for key, value in data.items():
        if key in skipped:
            continue
        if isinstance(value, Mapping):
            yield from _leaves(f"{place}{key}.", value)
        else:
            yield f"{place}{key}", value


def find_changes(before: Known, now: Mapping[str, Any]) -> dict[str, Entry]:
    """Return the new and changed settings, as the next start will know them."""
    found = {}
    for name, value in now.items():
        if not _is_known(before, name, value):
            salt = secrets.token_hex(16)
            digest = _digest(name, value, salt)
            found[name] = digest, _shown(name, value)
    return found


def _is_known(
    before: Known,
    name: str,
    value: object,
) -> bool:
    if name not in before:
        return False
    digest, _ = before[name]
    salt = digest[:32]
    return digest == _digest(name, value, salt)


def lines_to_record(
    before: Known,
    otherwise: Known,
    gone: set[str],
) -> list[Setting]:
    """Return the lines to record, sorted by name: one a setting.

    An added or removed desk is one line, whatever its settings are.
    """
    added = _desks(otherwise) - _desks(before)
    removed = _desks(gone) - _desks({*before, *otherwise} - gone)
    lines = [Setting(name=desk, new="added") for desk in added]
    lines += [Setting(name=desk, old="removed") for desk in removed]
    whole_desks = added | removed
    for name in {*otherwise, *gone}:
        if _desk(name) not in whole_desks:
            line = Setting(
                name=name,
                old=_shown_value(before, name),
                new=_shown_value(otherwise, name),
            )
            lines.append(line)
    return sorted(lines, key=lambda line: line.name)


def _shown_value(settings: Known, name: str) -> str | None:
    if name not in settings:
        return None
    _, shown = settings[name]
    return shown


def _desks(names: Iterable[str]) -> set[str]:
    return {desk for name in names if (desk := _desk(name)) is not None}


def _desk(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] != "desks":
        return None
    if len(parts) <= 2:
        return None
    return ".".join(parts[:2])


def _shown(name: str, value: object) -> str | None:
    """Return a value for the log, if it is a number, a truth value or a channel's id."""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if not isinstance(value, str):
        return None
    key = name.rpartition(".")[2]
    if key not in _CHANNELS:
        return None
    return value[:32]


def _digest(
    name: str,
    value: object,
    salt: str,
) -> str:
    """Return the salt (32 characters) and, after it, a hash."""
    text = json.dumps(value, sort_keys=True, default=str)
    data = text.encode()
    if name.isupper():
        slow_hash = hashlib.scrypt(
            data,
            salt=salt.encode(),
            dklen=32,
            **_SCRYPT,
        )
        return salt + slow_hash.hex()
    quick_hash = hashlib.sha256(salt.encode() + data)
    return salt + quick_hash.hexdigest()
