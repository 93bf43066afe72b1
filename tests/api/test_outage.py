"""A database that is lost: a clear message, nothing acknowledged that is not stored, recovery by itself."""

import httpx
import pytest

from tests.api.resources import body, issues, patient, post, put
from tests.support.database import TestServer, lost

pytestmark = pytest.mark.anyio


async def test_a_lost_database_is_said_and_found_again(
    http: httpx.AsyncClient, server: TestServer, database_url: str
) -> None:
    await put(http, patient("vera"))
    with lost(server, database_url):
        for answer in (await http.get("Patient/vera"), await post(http, patient()), await http.get("Patient")):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert issues(answer)[0]["code"] == "transient"
    assert (await http.get("Patient/vera")).status_code == 200
    assert (await post(http, patient())).status_code == 201
    assert body(await http.get("Patient?_summary=count"))["total"] == 2
