"""What each outbox task says to Slack, from the state as it is when the row is done."""

from bot.slack.outbound import case_messages, channel_messages, request_messages
from bot.slack.outbound.outgoing import Compose
from storage.records import Task

MESSAGES: dict[Task, Compose] = {
    **request_messages.MESSAGES,
    **case_messages.MESSAGES,
    **channel_messages.MESSAGES,
}
