"""What Prometheus is told."""

from bot.metrics import metrics
from tests.house import ROSA, House


def test_the_page_counts_and_names_nothing(house: House) -> None:
    house.ask(ROSA, guess="lamp")
    house.pass_time(seconds=90)
    page = metrics(house.services, house.clock)().decode()
    assert 'help_clip_requests{state="rendering"} 1.0' in page
    assert "help_clip_outbox_waiting 1.0" in page
    assert "help_clip_outbox_oldest_seconds 90.0" in page
    for secret in ("lamp", "en-us-0001", ROSA):
        assert secret not in page
