"""A new part is whole only with its documentation, its reader and its test.

docs/developers.md ("To add") lists the files. Each test here names one that was
forgotten.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.routing import Route

from bot.config.settings import Settings
from bot.redaction.words.listed.tables import LISTED
from bot.rules.requests.spelling import known_languages
from bot.slack.app import ACTIONS, COMMANDS, EVENTS, SHORTCUTS, VIEWS
from bot.slack.delivery import Handler
from tests.pages.site import new_site

ROOT = Path(__file__).parents[1]
GUIDES = ("reviewers", "leads", "auditors", "safety-officers", "administrators")
# Tests that compare tables, and use none of their entries.
NO_USES = {"test_manifest.py", Path(__file__).name}


def sources(folder: str, *, without: set[str]) -> str:
    files = (ROOT / folder).rglob("*.py")
    return "\n".join(f.read_text("utf-8") for f in files if f.name not in without)


TESTS = sources("tests", without=NO_USES)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_guide_of_a_role(command: str) -> None:
    guides = [(ROOT / f"docs/{name}.md").read_text("utf-8") for name in GUIDES]
    assert any(command in guide for guide in guides)


@pytest.mark.parametrize(
    "table",
    [COMMANDS, SHORTCUTS, ACTIONS, VIEWS],
    ids=["commands", "shortcuts", "actions", "views"],
)
def test_every_delivery_is_sent_by_a_test(table: Mapping[str, Handler]) -> None:
    assert [name for name in table if name not in TESTS] == []


def test_every_handler_of_events_is_reached_by_a_test() -> None:
    """A test names the event, or calls the handler where the sandbox has no button."""
    reached = {
        handler
        for name, handler in EVENTS.items()
        if name in TESTS or handler.__name__ in TESTS
    }
    assert [name for name, each in EVENTS.items() if each not in reached] == []


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_read(setting: str) -> None:
    code = sources("bot", without=set())
    assert re.search(rf"\.{setting}\b", code), "no code reads this setting"


def test_every_page_is_opened_or_sent_to_by_a_test(tmp_path: Path) -> None:
    site = new_site(tmp_path)
    routes = site.application().routes
    site.services.store.close()
    paths = [route.path for route in routes if isinstance(route, Route)]
    assert [path for path in paths if path != "/" and not is_used(path)] == []


def is_used(path: str) -> bool:
    """Return whether a test names the path, or the verb after a key alone."""
    whole = re.sub(r"\\{\w+\\}", r"\\{[^}]+\\}", re.escape(path))
    verb = path.rpartition("}/")[2]
    return bool(re.search(rf"{whole}[\"'?#]|[\"/]{re.escape(verb)}\"", TESTS))


@pytest.mark.parametrize("language", LISTED)
def test_every_language_with_listed_words_can_be_settled_and_is_documented(
    language: str,
) -> None:
    assert language in known_languages(), "bot/rules/requests/spelling/tables.py"
    page = (ROOT / "docs/words.md").read_text("utf-8")
    assert re.search(rf"\b{language}[,.]", page), "docs/words.md lists the languages"
