"""`help-clip sandbox`: the local workspace alone, to develop other Slack apps with."""

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import Invalid, Unavailable
from bot.sandbox import SandboxConfig, serve
from bot.text import text


def sandbox(
    port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65535,
            help="0 picks a free one.",
        ),
    ] = 3900,
    manifest: Annotated[
        Path | None,
        typer.Option(help="The app's manifest."),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(help="Keep the workspace in this file."),
    ] = None,
    request_url: Annotated[
        str | None,
        typer.Option(help="Deliver over HTTP to here."),
    ] = None,
    rate_limits: Annotated[
        str,
        typer.Option(help="off, real or bursts"),
    ] = "off",
) -> None:
    """Run a local workspace that speaks Slack, for this machine only."""
    try:
        config = SandboxConfig(
            port=port,
            manifest=manifest,
            state=state,
            request_url=request_url,
            rate_limits=rate_limits,
        )
        serve(config, lambda url: typer.echo(f"sandbox ready {url}"))
    except ValueError as error:
        raise Invalid(text("cli.demo.sandbox_failed", error=error)) from None
    except OSError as error:
        sentence = text("cli.demo.port_unusable", port=port, reason=error.strerror)
        raise Unavailable(sentence) from None
