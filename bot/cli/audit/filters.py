"""The filters of the audit commands as options."""

from typing import Annotated

import typer

Clip = Annotated[str, typer.Option(help="A clip's id.")]
Request = Annotated[str, typer.Option(help="HC-1042")]
Person = Annotated[str, typer.Option(help="A Slack user id.")]
Desk = Annotated[str, typer.Option(help="A desk's id.")]
Action = Annotated[str, typer.Option(help="snippet.heard,... or: heard, log")]
Outcome = Annotated[str, typer.Option(help="allowed, denied, failed")]
Since = Annotated[str, typer.Option(help="2026-03-31, 2026-03-31T09:30 or 7d")]
Until = Annotated[str, typer.Option(help="As --since.")]
Reason = Annotated[str, typer.Option(help="Why; needed for questions about a person.")]
