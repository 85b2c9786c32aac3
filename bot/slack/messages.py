"""What each outbox task says to Slack, from the state as it is when the row is done."""

from bot.slack import about_channels, about_people, about_requests
from bot.slack.message import Compose
from storage.records import Task

MESSAGES: dict[Task, Compose] = {
    **about_requests.MESSAGES,
    **about_people.MESSAGES,
    **about_channels.MESSAGES,
}
