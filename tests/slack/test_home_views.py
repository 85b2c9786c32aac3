"""Home is sent to Slack when it changed, and within Slack's limits."""

from collections import Counter
from datetime import timedelta

import pytest
from slack_sdk.web import SlackResponse

from bot.rules.slack_calls.limits import calls_per_minute
from bot.slack.background import Background
from bot.slack.calls.pacer import Pacer
from bot.slack.client import KeptWebClient
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers.home import publish_opened_home
from bot.slack.recent_views import RecentViews
from bot.slack.sender import Sender
from bot.worker import OutboxWorker
from tests.product import ROSA, Product

_OPENED = {"event": {"type": "app_home_opened", "tab": "home"}}


class CountingClient(KeptWebClient):
    """A client whose calls pass the pacer and reach no Slack."""

    def __init__(self, product: Product) -> None:
        super().__init__(token="xoxb-1", base_url="http://127.0.0.1:9/", timeout=1)
        self.published: list[str] = []
        self._limits = Pacer(product.services.store, product.clock)

    def views_publish(self, **arguments: object) -> SlackResponse:  # type: ignore[override]
        self._limits.admit("views.publish", None)
        self.published.append(str(arguments["user_id"]))
        return SlackResponse(
            client=self,
            http_verb="POST",
            api_url="views.publish",
            req_args={},
            data={"ok": True},
            headers={},
            status_code=200,
        )


@pytest.fixture
def client(product: Product) -> CountingClient:
    return CountingClient(product)


def look(
    product: Product, client: CountingClient, user_id: str, views: RecentViews
) -> None:
    publish_opened_home(
        SlackDelivery(
            services=product.services,
            act=product.act(user_id),
            payload=_OPENED,
            client=client,
            ack=lambda: None,
            background=Background(),
            recent_views=views,
        )
    )


def test_a_second_look_within_a_minute_needs_no_call(
    product: Product, client: CountingClient
) -> None:
    views = RecentViews()
    for _ in range(5):
        look(product, client, ROSA, views)
    assert client.published == [ROSA]
    product.pass_time(seconds=61)
    look(product, client, ROSA, views)
    assert client.published == [ROSA, ROSA]


def test_what_changed_is_shown_at_the_next_look(
    product: Product, client: CountingClient
) -> None:
    views = RecentViews()
    look(product, client, ROSA, views)
    product.open()
    look(product, client, ROSA, views)
    assert client.published == [ROSA, ROSA]


def test_a_shift_that_starts_is_shown_home_within_the_limits_newest_first(
    product: Product, client: CountingClient
) -> None:
    sender = OutboxWorker(
        "sender",
        product.services,
        Sender(product.services, client, product.clock).handlers(),
        product.clock,
        timedelta(seconds=20),
    )
    people = [f"U{number:04}" for number in range(80)]
    views = RecentViews()
    for user_id in people:
        look(product, client, user_id, views)
        look(product, client, user_id, views)
    at_once = len(client.published)
    assert at_once < calls_per_minute("views.publish")
    by_minute = Counter({0: at_once})
    for second in range(120):
        before = len(client.published)
        while sender.work_once():
            pass
        by_minute[second // 60] += len(client.published) - before
        product.pass_time(seconds=1)
    assert sorted(client.published) == people, "each person once"
    assert max(by_minute.values()) <= calls_per_minute("views.publish")
    later = client.published[at_once:]
    assert later == sorted(later, reverse=True)
