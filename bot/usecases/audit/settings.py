"""At start: put on record which settings are otherwise than at the last one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.config.changes import changed, told
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Action


def note_settings(services: Services, act: Act, now: Mapping[str, Any]) -> int:
    """One event for each that changed, but one for all at the first start; returns how
    many.

    `now` holds every setting by name. Replicas that start together say it once.
    """
    with services.store.begin() as tx:
        tx.startup.lock(act.now)
        before = tx.startup.known_settings()
        otherwise, gone = changed(before, now), set(before) - set(now)
        if before:
            lines = told(before, otherwise, gone)
            for line in lines:
                tx.log.record(replace(act.event(Action.SETTING_CHANGED), setting=line))
        else:
            lines = []
            tx.log.record(
                act.event(Action.SETTING_CHANGED, numbers={"settings": len(now)})
            )
        tx.startup.save_settings(otherwise, gone)
    return len(lines)
