"""`help-clip`, and `python -m bot`: see `bot/cli` for the commands."""

from bot.cli.app import run


def main() -> None:
    """Run the command line.

    Exit status 1 means an error that a person can mend, 2 means wrong usage.
    """
    run()


if __name__ == "__main__":
    main()
