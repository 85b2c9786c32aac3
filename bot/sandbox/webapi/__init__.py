"""Slack's Web API, one module a family of methods; importing it fills the registry."""

from bot.sandbox.webapi import refused, views
from bot.sandbox.webapi.access import auth, oauth, openid
from bot.sandbox.webapi.channels import (
    bookmarks,
    conversation_changes,
    conversations,
)
from bot.sandbox.webapi.endpoint import web_api
from bot.sandbox.webapi.files import files, remote_files
from bot.sandbox.webapi.messages import (
    chat,
    pins,
    reactions,
    scheduled,
    streams,
    unfurls,
)
from bot.sandbox.webapi.people import team, usergroups, users
from bot.sandbox.webapi.registry import METHODS

__all__ = [
    "METHODS",
    "auth",
    "bookmarks",
    "chat",
    "conversation_changes",
    "conversations",
    "files",
    "oauth",
    "openid",
    "pins",
    "reactions",
    "refused",
    "remote_files",
    "scheduled",
    "streams",
    "team",
    "unfurls",
    "usergroups",
    "users",
    "views",
    "web_api",
]
