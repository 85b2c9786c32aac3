"""What Prometheus is told."""

from dataclasses import replace

from bot.metrics import metrics
from bot.usecases import erase, quarantine, talk
from storage.audit.checkpoint import Keys
from storage.audit.keeper import Keeper
from storage.audit.note import Signer
from storage.audit.sequencer import sequence_all
from storage.records import Origin, Slip
from tests.house import RAVI, ROSA, House
from tests.storage.audit.logs import KEYS


def test_the_page_counts_and_names_nothing(house: House) -> None:
    house.ask(ROSA, guess="lamp")
    house.pass_time(seconds=90)
    page = metrics(house.services, house.clock)().decode()
    assert 'help_clip_requests{state="rendering"} 1.0' in page
    assert "help_clip_outbox_waiting 1.0" in page
    assert "help_clip_outbox_oldest_seconds 90.0" in page
    for secret in ("lamp", "en-us-0001", ROSA):
        assert secret not in page


def test_what_is_overdue_is_counted(house: House) -> None:
    stopped = quarantine.stop(house.services, house.act(RAVI), house.open(ROSA).key)
    page = metrics(house.services, house.clock)
    assert "help_clip_cases_overdue 0.0" in page().decode()
    house.pass_time(hours=2)
    assert "help_clip_cases_open 1.0" in page().decode()
    assert "help_clip_cases_overdue 1.0" in page().decode()
    shell = replace(house.act(ROSA, origin=Origin.CLI), person=None)
    erase.erase_clip(house.services, shell, stopped.case.clip_id, reason="letter 7")
    assert "help_clip_erasures_overdue 0.0" in page().decode()
    house.pass_time(days=2)
    assert "help_clip_erasures_overdue 4.0" in page().decode()


def test_reminders_in_chats_are_counted_by_kind_and_nothing_else(house: House) -> None:
    assert talk.look_at(house.services, house.act(ROSA), "about en-us-0001", 0) is Slip.CLIP
    assert talk.look_at(house.services, house.act(RAVI), "I slept well", 0) is None
    page = metrics(house.services, house.clock)().decode()
    assert 'help_clip_talk_reminders_total{kind="clip"} 1.0' in page
    assert 'help_clip_talk_reminders_total{kind="quote"} 0.0' in page
    assert ROSA not in page


def test_the_log_says_how_far_signing_is_behind_and_whether_it_is_in_trouble(house: House) -> None:
    house.ask(ROSA)
    house.pass_time(seconds=30)
    forger = Keys((Signer(KEYS.origin, b"f" * 32),))
    keeper = Keeper(house.services.store, forger, house.clock)
    page = metrics(house.services, house.clock, keeper)
    assert "help_clip_log_waiting 1.0" in page().decode()
    assert "help_clip_log_oldest_seconds 30.0" in page().decode()
    assert "help_clip_log_trouble 0.0" in page().decode()
    sequence_all(house.services.store, KEYS, house.clock)
    house.ask(RAVI)
    keeper.step()  # the last checkpoint is not by its key
    assert "help_clip_log_waiting 1.0" in page().decode()
    assert "help_clip_log_trouble 1.0" in page().decode()
