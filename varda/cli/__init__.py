"""The command line: one module a noun. `main` is the program `varda`; commands load what they need when they run."""

import logging
import sys

from cyclopts import App

from varda.cli import build, edge

app = App(
    name="varda",
    help="Varda: one care record for a whole county, and the machinery that gets its people safely into it.",
    help_epilogue="Settings are environment variables: VARDA_HOME, VARDA_DATABASE_URL, VARDA_ENVIRONMENT, VARDA_PORT.",
    version=build.name,
    help_format="plaintext",
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
app.command("varda.cli.demo:demo")
app.command("varda.cli.serve:serve")
app.command("varda.cli.db:app", name="db")
app.command("varda.cli.region:app", name="region")
app.command("varda.cli.imports:import_", name="import")
app.command("varda.cli.terminology:app", name="terminology")
app.command("varda.cli.staff:app", name="staff")
app.command("varda.cli.training:app", name="training")
app.command("varda.cli.token:token")
app.command("varda.cli.apps:app", name="app")
app.command("varda.cli.readiness:app", name="readiness")
app.command("varda.cli.testruns:app", name="testruns")
app.command("varda.cli.packs:app", name="packs")
app.command("varda.cli.lrs:app", name="lrs")
app.command("varda.cli.audit:app", name="audit")
app.command("varda.cli.measures:app", name="measures")
app.command("varda.cli.destroy:destroy")
app.command("varda.cli.bench:bench", name="bench")
app.command("varda.cli.load:rehearse_load", name="rehearse-load")
app.command("varda.cli.build:build")


def main() -> None:
    """Run the command that was given and exit with its code."""
    # What a stopped transaction leaves behind is undone; that is no news to whoever pressed Ctrl+C.
    logging.getLogger("asyncpg").setLevel(logging.ERROR)
    said = sys.argv[1:]
    if not said or said[0].startswith("-"):
        for name in app:
            app[name]  # the list of commands says what each is for, so all are loaded
    sys.exit(edge.guarded(lambda: app(said, exit_on_error=False)))


__all__ = ["app", "main"]
