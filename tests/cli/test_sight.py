"""What operators see: figures of every process together, and traces – of what was done, never about whom."""

import re
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import psycopg
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.commanding import Served
from tests.house.files import ROOT
from varda.kernel import metrics

WHO = "anna-andersson-7"
TRACE, CALLER = "ab" * 16, "cd" * 8


def figures(served: Served) -> tuple[str, dict[tuple[str, ...], float]]:
    """What /metrics says: as text, and each sample by its name and its labels' values, in the order of their names."""
    word = (served.home / "metrics-token").read_text()
    status, body = served.ask("GET", "/metrics", token=word)
    assert status == 200
    found = text_string_to_metric_families(body.decode())
    return body.decode(), {
        (s.name, *dict(sorted(s.labels.items())).values()): s.value for family in found for s in family.samples
    }


def test_the_figures_are_of_all_processes_and_about_nobody(served: Served) -> None:
    assert served.run("db", "init").returncode == 0
    served.start("serve", "--workers", "2")
    token = served.run("token", "--client", "bench").stdout.strip()
    assert served.ask("PUT", f"/fhir/Patient/{WHO}", {"resourceType": "Patient", "id": WHO}, token)[0] == 201
    for _ in range(20):
        assert served.ask("GET", f"/fhir/Patient/{WHO}", token=token)[0] == 200
    assert served.ask("GET", f"/fhir/{WHO}/x/_y", token=token)[0] == 404
    assert served.ask("GET", "/sign-in")[0] in (200, 303)
    assert served.ask("GET", f"/patients/{WHO}")[0] in (303, 401, 404)
    text, said = figures(served)
    assert said["varda_requests_total", "fhir", "2xx", "GET Patient"] == 20
    assert said["varda_request_seconds_count", "fhir", "GET Patient"] == 20
    assert said["varda_requests_total", "fhir", "4xx", "GET system"] == 1
    assert said["varda_request_seconds_count", "web", "signin.views.sign_in"] == 1
    assert said["varda_database_up",] == 1
    assert said["varda_access_log_rows_total",] >= 20
    assert said["varda_requests_working",] == 1, "this very question, and no other"
    assert sum(name[0] == "varda_process_resident_bytes" for name in said) >= 2
    build = next(name for name in said if name[0] == "varda_build")
    assert served.run("build").stdout.strip() in build
    assert WHO not in text


def test_the_figures_are_for_who_has_the_word(served: Served) -> None:
    assert served.run("db", "init").returncode == 0
    served.start()
    assert served.ask("GET", "/metrics")[0] == 401
    status, said = served.ask("GET", "/metrics", token="something else")
    assert (status, b"metrics-token" in said) == (401, True)
    assert (served.home / "metrics-token").stat().st_mode & 0o077 == 0
    counted = {one.name for one in metrics.REGISTRY.collect()} | {"varda_build", "varda_database_up"}
    rules = (ROOT / "docs/howto/alarms.yml").read_text(encoding="utf-8")
    used = {re.sub(r"_(total|bucket)$", "", name) for name in re.findall(r"\bvarda_\w+", rules)}
    assert used
    assert used <= counted


@pytest.fixture
def collector() -> Iterator[tuple[str, list[Span]]]:
    """An OpenTelemetry collector on the network, and the spans that it was sent."""
    spans: list[Span] = []

    class Collecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
            spans.extend(span for one in sent.resource_spans for scope in one.scope_spans for span in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collecting)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", spans
    finally:
        server.shutdown()
        server.server_close()


def test_a_trace_goes_from_the_caller_to_the_statements_and_names_nobody(
    served: Served, collector: tuple[str, list[Span]]
) -> None:
    address, spans = collector
    served.environ |= {"VARDA_OTLP_URL": address, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    assert served.run("db", "init").returncode == 0
    served.start()
    token = served.run("token", "--client", "bench").stdout.strip()
    assert served.ask("PUT", f"/fhir/Patient/{WHO}", {"resourceType": "Patient", "id": WHO}, token)[0] == 201
    served.headers = {"traceparent": f"00-{TRACE}-{'cd' * 8}-01"}
    assert served.ask("GET", f"/fhir/Patient/{WHO}", token=token)[0] == 200
    assert served.ask("GET", f"/fhir/Patient/{WHO}-nobody", token=token)[0] == 404
    ended = time.monotonic() + 20
    while time.monotonic() < ended and sum(s.name == "fhir GET Patient" for s in spans) < 2:
        time.sleep(0.1)
    mine = [one for one in spans if one.trace_id.hex() == TRACE]
    names = {one.name for one in mine}
    assert {"fhir GET Patient", "log", "wait for a connection", "select"} <= names
    assert any(one.name.startswith("store.") for one in spans), "statements of files have names"
    assert all(one.parent_span_id for one in mine)
    assert {a.key for one in mine for a in one.attributes} == {"http.request.method", "http.response.status_code"}
    assert WHO not in str(spans)


def test_each_row_of_the_access_log_says_what_runs(served: Served) -> None:
    assert served.run("db", "init").returncode == 0
    served.start()
    token = served.run("token", "--client", "bench").stdout.strip()
    assert served.ask("GET", "/fhir/Patient/nobody", token=token)[0] == 404
    with psycopg.connect(f"postgresql://postgres@/varda?host={served.home}/postgres") as work:
        row = work.execute("select build from audit.event where action = 'attempt' or outcome = 'absent'").fetchone()
    assert row is not None
    build, _, configuration = row[0].partition(" ")
    assert len(configuration) == 10
    assert build == served.run("build").stdout.strip()
