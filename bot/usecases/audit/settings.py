"""At start: record the settings that have changed since the last start."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.config.changes import find_changes, lines_to_record
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Action


def record_settings(
    services: Services,
    act: Act,
    now: Mapping[str, Any],
) -> int:
    """Record one event for each changed setting; return their number.

    The first start records one event for all. `now` holds every setting by name.
    Replicas that start together record a change once.
    """
    with services.store.begin() as tx:
        tx.startup.lock(act.now)
        before = tx.startup.known_settings()
        new = find_changes(before, now)
        removed = set(before) - set(now)
        settings = []
        if before:
            settings = lines_to_record(before, new, removed)
            for setting in settings:
                event = act.event(Action.SETTING_CHANGED)
                tx.log.record(replace(event, setting=setting))
        else:
            numbers = {"settings": len(now)}
            tx.log.record(act.event(Action.SETTING_CHANGED, numbers=numbers))
        tx.startup.save_settings(new, removed)
    return len(settings)
