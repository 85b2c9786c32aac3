"""Slack's Web API, one module a family of methods; importing it fills the registry."""

from bot.sandbox.webapi import (
    auth,
    bookmarks,
    channels,
    chat,
    conversations,
    files,
    oauth,
    openid,
    reactions,
    refused,
    remote_files,
    scheduled,
    streams,
    team,
    unfurl,
    usergroups,
    users,
    views,
)
from bot.sandbox.webapi.endpoint import web_api
from bot.sandbox.webapi.registry import METHODS

__all__ = [
    "METHODS",
    "auth",
    "bookmarks",
    "channels",
    "chat",
    "conversations",
    "files",
    "oauth",
    "openid",
    "reactions",
    "refused",
    "remote_files",
    "scheduled",
    "streams",
    "team",
    "unfurl",
    "usergroups",
    "users",
    "views",
    "web_api",
]
