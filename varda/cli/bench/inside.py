"""One request through the application itself: what the server takes, without the network."""

from typing import Any

from varda.cli.serve import Application


async def answered(
    application: Application, path: str, question: str = "", form: str = "", **headers: str
) -> tuple[int, bytes]:
    """Status and body of a GET, or of a POST where a form is sent. `headers` are named as in Python: `x_csrf_token`."""
    status, body = 0, bytearray()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": form.encode(), "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))

    if form:
        headers |= {"content_type": "application/x-www-form-urlencoded", "sec_fetch_site": "same-origin"}
    named = {"host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
    sent = [(name.encode(), value.encode()) for name, value in named.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST" if form else "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": question.encode(), "root_path": "",
        "headers": sent, "client": ("127.0.0.1", 1), "server": ("localhost", 80), "state": {},
    }  # fmt: skip
    await application(scope, receive, send)
    return status, bytes(body)
