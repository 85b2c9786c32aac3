"""Looking for what events of Slack would have reported, after Slack left some out."""

from bot.usecases.channels.inspect import check_all
from bot.usecases.context import Act
from bot.usecases.services import Services


def look_for_missed(services: Services, act: Act) -> None:
    """Let the people and every channel be read again, as fast as Slack's limits allow.

    All user groups are read every 15 s anyway.
    """
    with services.store.begin() as tx:
        for name in services.people_lists.values():
            tx.readings.forget(name)
    check_all(services, act)
