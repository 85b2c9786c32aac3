"""Each form that changes something is sent by a script that shows each failure."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "bot/pages/templates"
FORM = re.compile(r'<form[^>]*method="post"[^>]*>')
# They lead away: to Slack, to the start, to a file, or to another answer of the log.
LEADING_AWAY = ("/sign-in", "/sign-out", "/audit", "/audit/export")
# Scripts that send the forms of their own pages. Other templates hold parts of these.
OWN_SCRIPTS = ("page_forms.html", "listen.js", "rule.js", "ask.js")
PARTS = ("answer.html", "closed.html", "shift_bar.html", "stop_bar.html")


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda p: p.name)
def test_a_page_with_a_form_has_the_script_that_sends_it(path: Path) -> None:
    page = path.read_text("utf-8")
    forms = [form for form in FORM.findall(page) if not _leads_away(form)]
    has_script = any(script in page for script in OWN_SCRIPTS)
    assert not forms or has_script or path.name in PARTS


def _leads_away(form: str) -> bool:
    return any(f'action="{address}"' in form for address in LEADING_AWAY)
