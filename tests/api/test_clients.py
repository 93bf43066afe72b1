"""The field's own clients, unchanged, against a real server on a real port."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fhirclient import client as fhirclient
from fhirclient.models.fhirdate import FHIRDate
from fhirclient.models.humanname import HumanName
from fhirclient.models.patient import Patient
from fhirpy import AsyncFHIRClient, SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

from tests.api.resources import haemoglobin, patient
from tests.support.door import token
from tests.support.server import application, served
from varda.record import Door

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server(door: Door) -> AsyncIterator[tuple[str, str]]:
    """The address and a token."""
    async with served(application(door)) as address:
        yield f"{address}/fhir", await token(door)


def plain(resource: dict[str, Any]) -> dict[str, Any]:
    """As a client would write it, which knows no Decimal."""
    value = resource.get("valueQuantity")
    return resource | ({"valueQuantity": value | {"value": float(value["value"])}} if value else {})


async def test_fhirpy_writes_reads_searches_and_deletes(server: tuple[str, str]) -> None:
    address, secret = server
    http = AsyncFHIRClient(address, authorization=f"Bearer {secret}")
    vera = http.resource(resource_type="Patient", **{k: v for k, v in patient().items() if k != "resourceType"})
    await vera.save()
    assert vera.id
    for n in range(5):
        made = plain(haemoglobin(f"Patient/{vera.id}", effectiveDateTime=f"2026-02-0{n + 1}"))
        await http.resource(made.pop("resourceType"), **made).save()
    found = http.resources("Observation").search(patient=vera.id, date__ge="2026-02-03").sort("-date")
    assert [o["effectiveDateTime"] for o in await found.fetch()] == ["2026-02-05", "2026-02-04", "2026-02-03"]
    assert len(await http.resources("Observation").search(patient=vera.id).limit(2).fetch_all()) == 5
    assert await http.resources("Observation").search(patient=vera.id).count() == 5
    with_patient = await http.resources("Observation").include("Observation", "patient").limit(1).fetch_raw()
    assert {entry["search"]["mode"] for entry in with_patient["entry"]} == {"match", "include"}
    vera["gender"] = "other"
    await vera.save()
    again = await http.reference("Patient", vera.id).to_resource()
    assert (again["gender"], again["meta"]["versionId"]) == ("other", "2")
    one, is_new = await http.resources("Patient").search(identifier=vera["identifier"][0]["value"]).get_or_create(vera)
    assert (one.id, is_new) == (vera.id, False)
    with pytest.raises(OperationOutcome):
        await http.resource("Patient", birthDate="2024-02-30").save()
    await vera.delete()
    with pytest.raises(ResourceNotFound):
        await http.reference("Patient", vera.id).to_resource()


async def test_fhirpy_without_asyncio_sends_a_transaction(server: tuple[str, str]) -> None:
    address, secret = server

    def work() -> dict[str, Any]:
        http = SyncFHIRClient(address, authorization=f"Bearer {secret}")
        sent = http.resource(
            "Bundle",
            type="transaction",
            entry=[{"resource": patient("vera"), "request": {"method": "PUT", "url": "Patient/vera"}}],
        )
        sent.save()
        return dict(http.reference("Patient", "vera").to_resource())

    assert (await asyncio.to_thread(work))["name"][0]["family"] == "Åkesson"


async def test_fhirclient_writes_reads_searches_and_deletes(server: tuple[str, str]) -> None:
    address, secret = server

    def work() -> None:
        smart = fhirclient.FHIRClient(settings={"app_id": "test", "api_base": address})
        smart.server.get_capability()
        smart.server.auth.access_token = secret
        assert smart.prepare()
        assert smart.server.capabilityStatement.fhirVersion == "4.0.1"
        vera = Patient()
        vera.name = [HumanName({"family": "Åkesson", "given": ["Vera"]})]
        vera.birthDate = FHIRDate("1950-02-14")
        made = vera.create(smart.server)
        id_ = made["id"]
        read = Patient.read(id_, smart.server)
        assert (read.name[0].family, read.birthDate.isostring) == ("Åkesson", "1950-02-14")
        read.gender = "female"
        read.update(smart.server)
        found = Patient.where(struct={"family": "Åkesson"}).perform_resources_iter(smart.server)
        assert [(one.id, one.gender, one.meta.versionId) for one in found] == [(id_, "female", "2")]
        for _ in range(3):
            Patient(vera.as_json()).create(smart.server)
        paged = Patient.where(struct={"family": "Åkesson", "_count": "2"}).perform_resources_iter(smart.server)
        assert len(list(paged)) == 4
        read.delete()
        smart.server.session.close()

    await asyncio.to_thread(work)
