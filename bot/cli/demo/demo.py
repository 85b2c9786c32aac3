"""`help-clip demo`: everything on this machine, from the sandbox to the pages."""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.demo.browser import speak
from bot.cli.demo.tour import CHANNEL, take_tour
from bot.cli.logs import set_up_logging
from bot.cli.serve import end_on_sigterm, open_listener, run
from bot.config.settings import Settings, read_settings
from bot.demo import DEMO_CLIPS, DEMO_DESKS, SUGGESTIONS
from bot.errors import Invalid, Unavailable
from bot.pages.sign_in.cookies import SESSION_COOKIE
from bot.sandbox import config as sandbox_config
from bot.text import text
from bot.text.language import ENGLISH, LANGUAGES
from bot.wiring import build, prepare_database
from storage.audit.proofs.note import Signer
from storage.seal import new_master_key

HOST = "127.0.0.1"
_MANIFEST = Path("manifest.yml")
_READY = "sandbox ready "
_WELCOME_CLIPS = "en-us-"
"""The clips of the first channel's desk."""
_END_WITHIN_S = 5


@dataclass(frozen=True)
class DemoSandbox:
    """The sandbox's process and its address."""

    process: subprocess.Popen[str]
    url: str


def demo(
    port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65535,
            help="The workspace's port; 0 picks a free one.",
        ),
    ] = 3900,
    pages_port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65535,
            help="The pages' port; 0 picks a free one.",
        ),
    ] = 8080,
    tour: Annotated[
        bool,
        typer.Option(help="Do the whole main job by itself, then end."),
    ] = False,
    language: Annotated[
        str,
        typer.Option(help="The people's language, such as de, ar or ja."),
    ] = ENGLISH,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep the data in this folder (default: forget it)."),
    ] = None,
) -> None:
    """Start the workspace, the bot and its pages here. Ctrl+C stops everything."""
    _check_language(language)
    end_on_sigterm()
    set_up_logging("WARNING")
    # The tour runs beside a demo that has the usual ports.
    if tour:
        port = 0
        pages_port = 0
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(_data_folder(keep))
        with _explain_taken_port("--pages-port"):
            listener = open_listener(HOST, pages_port)
        stack.enter_context(contextlib.closing(listener))
        welcome = _write_welcome(folder)
        with _explain_taken_port("--port"):
            sandbox = stack.enter_context(run_sandbox(port, keep, welcome))
        speak(sandbox.url, language)
        pages_url = f"http://{HOST}:{listener.getsockname()[1]}"
        settings = demo_settings(folder, sandbox.url, pages_url)
        prepare_database(settings)
        program = build(settings)
        if tour:
            raise typer.Exit(take_tour(program, listener, sandbox.url))
        run(program, listener, lambda: _print_suggestions(sandbox.url))
    typer.echo(text("cli.demo.stopped"))


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        names = ", ".join(LANGUAGES)
        raise Invalid(text("cli.demo.language_unknown", language=language, names=names))


@contextlib.contextmanager
def _data_folder(keep: Path | None) -> Iterator[Path]:
    """Yield the folder to keep data in, or a temporary one that is deleted."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="help-clip-") as folder:
        yield Path(folder)


@contextlib.contextmanager
def _explain_taken_port(option: str) -> Iterator[None]:
    """Add to the error of a taken port how to take a free one."""
    try:
        yield
    except Unavailable as error:
        sentence = text("cli.demo.take_free_port", error=error, option=option)
        raise Unavailable(sentence) from None


@contextlib.contextmanager
def run_sandbox(
    port: int,
    keep: Path | None = None,
    welcome: Path | None = None,
) -> Iterator[DemoSandbox]:
    """Run the sandbox in a process of its own. Raises Unavailable if that fails."""
    process = _start_sandbox(port, keep, welcome)
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    if not line.startswith(_READY):
        process.wait(timeout=_END_WITHIN_S)
        reason = process.stderr.read().strip()
        if not reason:
            raise Unavailable(text("cli.demo.not_started"))
        raise Unavailable(text("cli.demo.sandbox_failed", error=reason.rstrip(".")))
    try:
        yield DemoSandbox(process, line.removeprefix(_READY).strip())
    finally:
        _end(process)


def _start_sandbox(
    port: int,
    keep: Path | None,
    welcome: Path | None,
) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "bot.sandbox",
        "--port",
        str(port),
        "--end-with-stdin",
    ]
    if keep is not None:
        command += ["--state", str(keep / "workspace.json")]
    if welcome is not None:
        command += ["--welcome", str(welcome)]
    if _MANIFEST.is_file():
        command += ["--manifest", str(_MANIFEST)]
    # In a session of its own the sandbox does not get our Ctrl+C: we end it when we
    # are done with it. Its input is a pipe that closes with us, so that it also ends
    # when we are killed.
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()


def demo_settings(
    folder: Path,
    sandbox_url: str,
    pages_url: str,
) -> Settings:
    """Return the settings of the demo: the sandbox, sample clips, data under `folder`.

    The database is SQLite. Keys are made once and kept in `folder`.
    """
    key_file = folder / "snippet.key"
    if not key_file.exists():
        key_file.write_text(new_master_key())
    signing_key_file = folder / "audit.key"
    if not signing_key_file.exists():
        signing_key_file.write_text(Signer.new("sandbox/help-clip").export())
    return read_settings(
        None,
        slack_bot_token=sandbox_config.BOT_TOKEN,
        slack_app_token=sandbox_config.APP_TOKEN,
        slack_signing_secret=sandbox_config.SIGNING_SECRET,
        slack_client_id=sandbox_config.CLIENT_ID,
        slack_client_secret=sandbox_config.CLIENT_SECRET,
        slack_api_url=f"{sandbox_url}/api/",
        public_url=pages_url,
        database_url=f"sqlite:///{folder / 'help-clip.db'}",
        clip_source=str(DEMO_CLIPS),
        result_sink=str(folder / "results"),
        snippet_store=str(folder / "snippets"),
        snippet_key=key_file.read_text(),
        key_store=str(folder / "keys"),
        audit_signing_key=signing_key_file.read_text(),
        audit_anchors=str(folder / "anchors"),
        desks=DEMO_DESKS,
    )


def _write_welcome(folder: Path) -> Path:
    """Write the sandbox's welcome file, with the sample clips to ask about."""
    commands = [
        {
            "command": f"/help-clip {suggestion.clip_id} {suggestion.span}",
            "shows": suggestion.shows,
        }
        for suggestion in SUGGESTIONS
        if suggestion.clip_id.startswith(_WELCOME_CLIPS)
    ]
    welcome = {
        "channel": CHANNEL,
        "steps": [
            text("cli.demo.step_ask"),
            text("cli.demo.step_answer"),
            text("cli.demo.step_audit"),
        ],
        "commands": commands,
        "sign_in_cookies": [SESSION_COOKIE],
    }
    path = folder / "welcome.json"
    path.write_text(json.dumps(welcome), encoding="utf-8")
    return path


def _print_suggestions(url: str) -> None:
    first = SUGGESTIONS[0]
    disputed = SUGGESTIONS[2]
    steps = [
        text("cli.demo.ask", clip=first.clip_id, span=first.span),
        text("cli.demo.answer"),
        text("cli.demo.audit"),
    ]
    typer.echo(f"\n{text('cli.demo.open', url=url)}\n")
    for number, step in enumerate(steps, start=1):
        typer.echo(f"  {number}. {step}")
    typer.echo(f"\n{text('cli.demo.persona')}")
    typer.echo(text("cli.demo.dispute", clip=disputed.clip_id, span=disputed.span))
    typer.echo(text("cli.demo.notices"))
    typer.echo(f"{text('cli.demo.ctrl_c')}\n")
