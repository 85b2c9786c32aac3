"""No code holds a sentence of its own: sentences are in the catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

BOT = Path(__file__).parents[2] / "bot"
# Two words side by side, the second one small: a sentence or a phrase.
PHRASE = re.compile(r"[A-Za-z']{2,} [a-z]{2,}")
# Files and folders whose phrases are no sentences of the program; and why.
MAY_HOLD_PHRASES = {
    "api/models.py": "descriptions in the OpenAPI document",
    "api/openapi.py": "the same",
    "api/operations.py": "the same",
    "api/problems.py": "the value of a header",
    "config/desks_models.py": "descriptions of keys, printed into a JSON schema",
    "config/desks_values.py": "the same",
    "sources/clips/sidecar.py": "the same",
    "sources/clips/identifying.py": "stems of keys",
    "sources/transcripts/formats.py": "rows of docs/clip-sources.md",
    "sources/transcripts/annotation/textgrid_binary.py": "its caller words it anew",
    "sources/results/annotation/writers.py": "the head of a TextGrid",
    "rules/people/permission_table.py": "printed as docs/permissions.md",
    "rules/requests/lifecycle.py": "printed as docs/lifecycle.md",
    "rules/requests/spelling": "words of languages",
    "rules/channels/sharing.py": "file extensions",
    "rules/slack_calls/errors.py": "codes of errors of Slack",
    "redaction/words/listed/known_words.py": "words of languages",
    "redaction/words/personal/word_names.py": "words of languages",
    "redaction/audio/decoder/client.py": "a program for Python",
    "redaction/pipeline.py": "a label of random numbers",
    "demo/__init__.py": "descriptions of the demo's recordings, which are English too",
    "metrics.py": "the help of metrics, which Prometheus wants in English",
    "cli/demo": "lines that the demo reads from its sandbox",
    "slack/client.py": "errors for the log alone",
    "slack/handlers/ask.py": "a command",
    "slack/handlers/audit.py": "a command",
    "slack/handlers/channels.py": "lines of desks.toml",
    "slack/outbound/channel_messages.py": "a command",
    "pages/headers.py": "the value of a header",
    "pages/sign_in/openid.py": "scopes of OpenID",
    "task_handlers.py": "a note in the outbox, for the log alone",
    "usecases/evidence/summary.py": "the markup of a page in a file",
    "usecases/context.py": "a mistake of the program itself",
    "usecases/listening/sound.py": "an error that its caller words anew",
    "usecases/people/weekly.py": "the name of a lock",
}
# Typer declares the help of an option beside the option.
HELP = {"help", "metavar"}
LOGGERS = {"log", "logger", "logging"}


def python_files() -> list[Path]:
    return [
        path
        for path in sorted(BOT.rglob("*.py"))
        if "sandbox" not in path.relative_to(BOT).parts[:1]
    ]


def phrases(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each phrase that is no docstring, log line or help."""
    tree = ast.parse(source)
    skipped = {id(part) for node in ast.walk(tree) for part in unread_parts(node)}
    for node in ast.walk(tree):
        if id(node) not in skipped and PHRASE.search(string_of(node)):
            yield node.lineno, string_of(node)  # type: ignore[attr-defined]


def string_of(node: ast.AST) -> str:
    """Return the text of a string, with "_" for each value; else ""."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(string_of(each) or "_" for each in node.values)
    return ""


def unread_parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes inside `node` that people do not read as sentences."""
    if isinstance(node, ast.JoinedStr):
        yield from node.values
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    elif isinstance(node, ast.Assert) or (
        isinstance(node, ast.keyword) and node.arg in HELP
    ):
        yield from ast.walk(node)
    elif isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called.partition(".")[0].lstrip("_") in LOGGERS or called == "re.compile":
            yield from ast.walk(node)


def exemption(path: Path) -> str | None:
    inside = path.relative_to(BOT).as_posix()
    for part in MAY_HOLD_PHRASES:
        if inside == part or inside.startswith(f"{part}/"):
            return part
    return None


def test_no_code_holds_a_sentence() -> None:
    found = []
    needed = set()
    for path in python_files():
        for line, phrase in phrases(path.read_text("utf-8")):
            exempt = exemption(path)
            needed.add(exempt)
            if exempt is None:
                found.append(f"{path.relative_to(BOT)}:{line}: {phrase[:60]!r}")
    assert found == [], "move these to bot/text/en/"
    assert set(MAY_HOLD_PHRASES) - needed == set(), "these need no exemption any more"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('BREAKS = {480: "the rest of the day"}', ["the rest of the day"]),
        (
            'raise Invalid(f"DESKS: no file {path} is there.")',
            ["DESKS: no file _ is there."],
        ),
        ('"""A docstring of a module."""', []),
        ('log.warning("a delivery was left alone")', []),
        ('typer.Option(help="How many to show.")', []),
        ('name = "erasure.hold.length"', []),
    ],
)
def test_a_sentence_in_code_is_found(source: str, found: list[str]) -> None:
    assert [phrase for _, phrase in phrases(source)] == found
