"""The demo speaks the languages that help-clip has."""

import pytest

from bot.cli.demo.demo import demo
from bot.errors import Invalid


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid, match=r"tlh.*pt-BR"):
        demo(language="tlh")
