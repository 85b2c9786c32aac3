"""Names that people give themselves in Slack, to be taken for another or for nobody."""

import pytest

from bot.usecases.people.sessions import start_session
from tests.product import RAVI, Product


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Lena\u202e)reciffo ytefas(", "Lena)reciffo ytefas("),
        ("Lena\u2066 K\u2069", "Lena K"),
        ("\u200b\ufeff\u2060", ""),
        (" . ", ""),
        ("Lena\n\nSafety officer", "Lena Safety officer"),
        ("L" * 500, "L" * 80),
        ("\u0645\u06cc\u200c\u0631\u0627", "\u0645\u06cc\u200c\u0631\u0627"),
        ("José Ñandú", "José Ñandú"),
    ],
)
def test_a_name_is_shown_in_one_line_without_hidden_characters(
    product: Product,
    typed: str,
    kept: str,
) -> None:
    started = start_session(
        product.services,
        product.act(RAVI),
        browser="a browser",
        name=typed,
    )
    assert started.session.name == kept
    with product.services.store.read() as tx:
        assert tx.people.names([RAVI]).get(RAVI, "") == kept
