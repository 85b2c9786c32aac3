"""`help-clip sandbox`: the local workspace alone, for people who develop other Slack
apps.
"""

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import Invalid, Unavailable
from bot.sandbox import SandboxConfig, serve


def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="0 picks a free one.")
    ] = 3900,
    manifest: Annotated[Path | None, typer.Option(help="The app's manifest.")] = None,
    state: Annotated[
        Path | None, typer.Option(help="Keep the workspace in this file.")
    ] = None,
    request_url: Annotated[
        str | None, typer.Option(help="Deliver over HTTP to here.")
    ] = None,
    rate_limits: Annotated[str, typer.Option(help="off, real or bursts")] = "off",
) -> None:
    """A local workspace that speaks Slack, with a chat page. Binds to this machine
    only.
    """
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
        raise Invalid(f"{error}.") from None
    except OSError as error:
        raise Unavailable(f"Port {port} cannot be used: {error.strerror}.") from None
