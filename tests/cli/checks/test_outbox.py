"""`help-clip check` is red for what Slack refuses, and says what to do."""

import pytest

from bot.cli.checks.outbox import outbox_lines
from bot.cli.checks.readings import reading_lines
from bot.rules.slack_calls.errors import Course, course_of
from bot.rules.slack_calls.readings import PEOPLE_LIST
from storage.records import Reading, Task
from storage.records.outbox import PageOfficer
from tests.product import Product


def enqueue(product: Product) -> None:
    page = PageOfficer(case_id=1, user_id="U1", stage=0)
    with product.services.store.begin() as tx:
        tx.outbox.enqueue(page, now=product.now)


def fail(product: Product, code: str, *, given_up: bool = False) -> None:
    with product.services.store.begin() as tx:
        [row] = tx.outbox.claim(
            [Task.PAGE_OFFICER],
            now=product.now,
            lease=product.now - product.now,
        )
        if given_up:
            tx.outbox.finish(row.id, product.now, failure=code)
        else:
            tx.outbox.postpone(row, product.now, failure=code)


def problems(product: Product) -> list[str]:
    lines = [
        *outbox_lines(product.services, product.now),
        *reading_lines(product.services, product.now),
    ]
    return [line.problem for line in lines if line.problem is not None]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("missing_scope", "every scope of manifest.yml"),
        ("token_revoked", "SLACK_BOT_TOKEN"),
        ("restricted_action", "administrator allow help-clip"),
        ("not_in_channel", "invite help-clip"),
        ("paid_teams_only", "plan of the workspace"),
    ],
)
def test_an_error_that_waits_for_a_person_is_red_at_once(
    product: Product,
    code: str,
    says: str,
) -> None:
    enqueue(product)
    fail(product, code)
    [problem] = problems(product)
    assert code in problem
    assert says in problem


def test_a_message_that_was_given_up_is_red_with_its_reason(product: Product) -> None:
    enqueue(product)
    fail(product, "invalid_blocks", given_up=True)
    [problem] = problems(product)
    assert "invalid_blocks" in problem


def test_a_pause_of_slack_is_red_only_after_an_hour(product: Product) -> None:
    enqueue(product)
    for _ in range(3):
        product.pass_time(minutes=20)
        fail(product, "internal_error")
        assert problems(product) == []
    product.pass_time(minutes=1)
    [problem] = problems(product)
    assert "waits since 2026-03-02 09:00" in problem


def test_a_group_that_was_never_read_is_red_once_help_clip_reads(
    product: Product,
) -> None:
    with product.services.store.begin() as tx:
        reading = Reading(cursor="", read_at=product.now, complete_at=product.now)
        tx.readings.put(PEOPLE_LIST, reading)
        tx.groups.lock_unread("S0UNREAD01")
    named = product.services.desks.groups()
    with product.services.store.read() as tx:
        assert tx.groups.read_at([*named, "S0UNREAD01"]).keys() == named
    found = problems(product)
    assert not any("never read" in problem for problem in found)


def test_a_code_that_no_table_knows_is_tried_again() -> None:
    assert course_of("a_code_of_next_year") is Course.PASSES
    assert course_of("channel_not_found") is Course.WAITS
    assert course_of("channel_not_found", to_person=True) is Course.FINAL
