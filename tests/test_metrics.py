"""What Prometheus is told."""

from dataclasses import replace

from bot.metrics import metrics
from bot.usecases.distress import stop_clip
from bot.usecases.erasure import erase
from bot.usecases.requests import withdraw
from storage.audit.keeper import Keeper
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.note import Signer
from storage.records import Origin
from tests.product import RAVI, ROSA, Product
from tests.storage.audit.logs import KEYS


def test_the_page_counts_and_names_nothing(product: Product) -> None:
    product.ask(ROSA, guess="lamp")
    product.pass_time(seconds=90)
    page = metrics(product.services, product.clock)().decode()
    assert 'help_clip_requests{state="rendering"} 1.0' in page
    assert "help_clip_outbox_waiting 1.0" in page
    assert "help_clip_outbox_oldest_seconds 90.0" in page
    for secret in ("lamp", "en-us-0001", ROSA):
        assert secret not in page


def test_what_is_overdue_is_counted(product: Product) -> None:
    stopped = stop_clip.stop(
        product.services, product.act(RAVI), product.open(ROSA).key
    )
    page = metrics(product.services, product.clock)
    assert "help_clip_cases_overdue 0.0" in page().decode()
    product.pass_time(hours=2)
    assert "help_clip_cases_open 1.0" in page().decode()
    assert "help_clip_cases_overdue 1.0" in page().decode()
    shell = replace(product.act(ROSA, origin=Origin.CLI), person=None)
    erase.erase_clip(product.services, shell, stopped.case.clip_id, reason="letter 7")
    assert "help_clip_erasures_overdue 0.0" in page().decode()
    product.pass_time(days=2)
    assert "help_clip_erasures_overdue 4.0" in page().decode()


def test_waiting_requests_have_an_age_and_a_due_time(product: Product) -> None:
    product.open(ROSA)
    product.pass_time(hours=5)
    page = metrics(product.services, product.clock)().decode()
    assert 'help_clip_requests_oldest_seconds{state="open"} 18000.0' in page
    assert 'help_clip_requests_late{state="open"} 1.0' in page
    assert 'help_clip_requests_late{state="disputed"} 0.0' in page


def test_waiting_requests_are_counted_by_desk(product: Product) -> None:
    product.open(ROSA)
    product.open(ROSA, clip="en-us-0006", span="2.8-3.5")
    product.pass_time(hours=5)
    page = metrics(product.services, product.clock)().decode()
    labels = 'desk="english-us",state="open"'
    assert f"help_clip_desk_requests_waiting{{{labels}}} 2.0" in page
    assert f"help_clip_desk_requests_oldest_seconds{{{labels}}} 18000.0" in page


def test_the_log_says_how_far_signing_is_behind_and_whether_it_is_in_trouble(
    product: Product,
) -> None:
    product.ask(ROSA)
    product.pass_time(seconds=30)
    forger = Keys((Signer(KEYS.origin, b"f" * 32),))
    keeper = Keeper(product.services.store, forger, product.clock)
    page = metrics(product.services, product.clock, keeper)
    assert "help_clip_log_waiting 1.0" in page().decode()
    assert "help_clip_log_oldest_seconds 30.0" in page().decode()
    assert "help_clip_log_trouble 0.0" in page().decode()
    sequence_all(product.services.store, KEYS, product.clock)
    product.ask(RAVI)
    keeper.step()  # the last checkpoint is not by its key
    assert "help_clip_log_waiting 1.0" in page().decode()
    assert "help_clip_log_trouble 1.0" in page().decode()


def test_closed_requests_are_counted_every_ten_minutes(product: Product) -> None:
    request = product.open(ROSA)
    page = metrics(product.services, product.clock)
    assert 'help_clip_requests{state="open"} 1.0' in page().decode()
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    assert 'help_clip_requests{state="open"}' not in page().decode()
    assert 'state="withdrawn"' not in page().decode()
    product.pass_time(minutes=10)
    assert 'help_clip_requests{state="withdrawn"} 1.0' in page().decode()
