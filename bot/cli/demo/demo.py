"""`help-clip demo`: everything on this machine, from the sandbox workspace to the
pages.
"""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.demo.tour import take_tour
from bot.cli.logs import set_up_logging
from bot.cli.serve import end_on_sigterm, open_listener, run
from bot.config.settings import Settings, read_settings
from bot.demo import DEMO_CLIPS, DEMO_DESKS, SUGGESTIONS
from bot.errors import Unavailable
from bot.sandbox import config as sandbox_config
from bot.wiring import build, prepare_database
from storage.audit.proofs.note import Signer
from storage.seal import new_master_key

HOST = "127.0.0.1"
_MANIFEST = Path("manifest.yml")


@dataclass(frozen=True)
class DemoSandbox:
    """The sandbox's process and where it listens."""

    process: subprocess.Popen[str]
    url: str


def demo(
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, help="The workspace's port; 0 picks a free one."
        ),
    ] = 3900,
    pages_port: Annotated[
        int, typer.Option(min=0, max=65535, help="The pages' port; 0 picks a free one.")
    ] = 8080,
    tour: Annotated[
        bool, typer.Option(help="Do the whole main job by itself, then end.")
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep the data in this folder (default: forget it)."),
    ] = None,
) -> None:
    """Start the workspace, the bot and its pages on this machine. Ctrl+C stops
    everything.
    """
    end_on_sigterm()
    set_up_logging("WARNING")
    with contextlib.ExitStack() as stack:
        folder = keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="help-clip-"))
        )
        folder.mkdir(parents=True, exist_ok=True)
        with _free_one("--pages-port"):
            listener = open_listener(HOST, 0 if tour else pages_port)
        stack.enter_context(contextlib.closing(listener))
        with _free_one("--port"):
            sandbox = stack.enter_context(run_sandbox(0 if tour else port, keep))
        pages_url = f"http://{HOST}:{listener.getsockname()[1]}"
        settings = demo_settings(folder, sandbox.url, pages_url)
        prepare_database(settings)
        program = build(settings)
        if tour:
            raise typer.Exit(take_tour(program, listener, sandbox.url))
        run(program, listener, lambda: _say_what_to_try(sandbox.url))
    typer.echo("Stopped.")


@contextlib.contextmanager
def _free_one(option: str) -> Iterator[None]:
    """Where a port is taken, say what to type instead."""
    try:
        yield
    except Unavailable as error:
        raise Unavailable(
            f'{error} To take a free one: make demo ARGS="{option} 0"'
        ) from None


@contextlib.contextmanager
def run_sandbox(port: int, keep: Path | None = None) -> Iterator[DemoSandbox]:
    """The sandbox in a process of its own. Raises `Unavailable` when it cannot
    start.
    """
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
    if _MANIFEST.is_file():
        command += ["--manifest", str(_MANIFEST)]
    # A session of its own: Ctrl+C reaches us first, and we end it when we are done with
    # it. Its input is a pipe that closes with us, so that it ends even if we are
    # killed.
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    if not line.startswith("sandbox ready "):
        process.wait(timeout=5)
        said = process.stderr.read().strip() or "The sandbox did not start"
        raise Unavailable(said.rstrip(".") + ".")
    try:
        yield DemoSandbox(process, line.split()[-1])
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()


def demo_settings(folder: Path, sandbox_url: str, pages_url: str) -> Settings:
    """The embedded defaults: SQLite and folders under `folder`, the sandbox, sample
    clips.
    """
    key_file = folder / "snippet.key"
    if not key_file.exists():
        key_file.write_text(new_master_key())
    signing_key = folder / "audit.key"
    if not signing_key.exists():
        signing_key.write_text(Signer.new("sandbox/help-clip").export())
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
        audit_signing_key=signing_key.read_text(),
        audit_anchors=str(folder / "anchors"),
        desks=DEMO_DESKS,
    )


def _say_what_to_try(url: str) -> None:
    first, second = SUGGESTIONS[0], SUGGESTIONS[2]
    console = Console(highlight=False)
    console.print(f"\nOpen [bold]{url}[/bold] and try:\n")
    console.print(
        f"  1. As Rosa, in #help-english-us:  [bold]/help-clip {first.clip_id} {first.span}[/bold]"
    )
    console.print(
        "  2. As Ravi, press [bold]Listen and answer[/bold] under it; then the same as Lena"
    )
    console.print(
        "  3. As Amir, the auditor, type  [bold]/clip-audit HC-1001[/bold]  to see who heard it"
    )
    console.print(
        "\nChange persona at the bottom left. A browser is one person to the pages:"
        "\nsign out there (top right) before the next one answers."
        f"\nFor a dispute, let Ravi and Jonas differ on [bold]/help-clip {second.clip_id} "
        f"{second.span}[/bold];\nLena rules."
    )
    console.print(
        "Drop a sound file into #help-english-us, or invite Gil, the guest:"
        "\nhelp-clip notices both."
    )
    console.print("Ctrl+C stops everything; nothing is kept.\n")
