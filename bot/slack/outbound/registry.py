"""The composers of all messages that the outbox sends to Slack."""

from bot.slack.outbound.case_messages import add_case_messages
from bot.slack.outbound.channel_messages import add_channel_messages
from bot.slack.outbound.clock_messages import add_clock_messages
from bot.slack.outbound.desk_messages import add_desk_messages
from bot.slack.outbound.home_views import add_home_views
from bot.slack.outbound.outgoing import Composers
from bot.slack.outbound.request_messages import add_request_messages
from bot.slack.outbound.thread_messages import add_thread_messages

COMPOSERS = Composers()
add_thread_messages(COMPOSERS)
add_request_messages(COMPOSERS)
add_case_messages(COMPOSERS)
add_clock_messages(COMPOSERS)
add_desk_messages(COMPOSERS)
add_channel_messages(COMPOSERS)
add_home_views(COMPOSERS)
