"""Answers on the screen (F49, F45): word for word wherever they are shown, and signed in the version that was shown.

The system that failed lost *inga* and *inget*: what a laboratory denied came through as found. So every Swedish word of
denial goes in by the API in every awkward markup, and must come out on the answer, in the lists and in the chart.
"""

import re
from base64 import b64encode
from html import unescape
from json import loads
from typing import Any

import httpx
import pytest

from tests.api.conftest import asking
from tests.care.test_answers import LABORATORY, report, value
from tests.support.door import client
from tests.web.conftest import SignIn
from varda.care.results import gist, spoken
from varda.fhir import resource as json
from varda.record import Door

DENIALS = (
    "inte", "ej", "ingen", "inget", "inga", "ingenting", "ingendera", "ingalunda", "utan", "icke", "nekar", "negativ",
    "negativt", "aldrig", "saknas", "varken", "knappast", "osannolik", "otillräcklig", "Ø", "neg", "u.a.", "o.b.s.",
)  # fmt: skip
MARKUP = {
    "plain": "{word} tecken till malignitet",
    "bold": "<b>{word}</b> tecken till malignitet",
    "half bold": "{first}<b>{rest}</b> tecken till malignitet",
    "line break": "Man ser<br/>{word}<br/>tecken till malignitet",
    "broken line": "Man ser\n   {word}\n   tecken till malignitet",
    "entity": "{entities} tecken &gt; 5 mm",
    "hard blank": "&nbsp;{word}&nbsp;tecken till malignitet",
    "soft hyphen": "{first}&shy;{rest} tecken till malignitet",
    "table": "<table><tr><th>Fynd</th><td></td><td>{word}</td></tr></table>",
    "list": "<ul><li>{word}</li><li>tecken</li></ul>",
    "numbers": "<ol><li>{word} tecken</li></ol>",
    "paragraphs": "<p>Fynd</p><p>{word}</p><p>tecken</p>",
    "link": '<a href="https://svar.example/1">{word}</a> tecken',
    "span": '<span style="display:none">{word}</span> tecken',
    "small": "<small>{word}</small><sup>{word}</sup> tecken",
    "nested": "<div><div><p><i><u>{word}</u></i></p></div></div>",
    "pre": "<pre>Fynd:    {word}\n         tecken</pre>",
}


def marked(kind: str, word: str) -> str:
    entities = "".join(f"&#{ord(letter)};" for letter in word)
    inside = MARKUP[kind].format(word=word, first=word[:1], rest=word[1:], entities=entities)
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'


def on_screen(page: str) -> str:
    """What a reader sees of a page: its text, with blanks as they stand."""
    return unescape(re.sub(r"<[^>]*>", "", page.partition("<main")[2]))


def bare(text: str) -> str:
    """Without what has no width."""
    return text.replace("\xad", "")


@pytest.mark.parametrize("kind", MARKUP)
def test_no_markup_takes_a_denial_away(kind: str) -> None:
    for word in DENIALS:
        said = bare(spoken(marked(kind, word)))
        assert re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said), (word, said)
        line, more = gist(said)
        assert word in line
        assert not more


def test_what_markup_means_can_be_read() -> None:
    """Struck, raised, numbered, an empty cell: lost, each says something else."""
    said = spoken("<div><del>inga</del> fynd, 10<sup>9</sup>/l</div>")
    assert said == "[struket: inga] fynd, 10^9/l"
    rows = spoken("<table><tr><td></td><td>inga</td></tr><tr><td>Växt</td><td></td><td>ja</td></tr></table>")
    assert rows == "\tinga\nVäxt\t\tja"
    assert spoken('<ol start="2"><li>a</li><li>b</li></ol>') == "2. a\n3. b"


def test_a_gist_never_ends_inside_a_sentence() -> None:
    for word in DENIALS:
        for length in range(180, 260):
            text = f"{'Fynd ' * (length // 5)}och {word} metastaser påvisade. Sedan mer text. " + "Ord. " * 90
            line, more = gist(text)
            assert f"{word} metastaser påvisade." in line, (word, length)
            assert more == len(text.split()) - len(line.split())


async def received(door: Door, resource: dict[str, Any]) -> str:
    """What a laboratory's system sends by the API for cardiology, as bytes; its Type/id."""
    async with asking(door, client()) as http:
        answer = await http.post(resource["resourceType"], content=json.dump(resource))
        assert answer.status_code == 201, answer.text
    return f"{resource['resourceType']}/{answer.json()['id']}"


def worded(text: str) -> dict[str, Any]:
    made = value(category=LABORATORY, valueString=text, note=[{"text": text}], status="final")
    return {name: one for name, one in made.items() if name not in ("valueQuantity", "interpretation")}


def denied(text: str, word: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", bare(text)))


@pytest.mark.parametrize("kind", MARKUP)
async def test_every_denial_is_on_every_screen_as_often_as_it_came(
    astrid: httpx.AsyncClient, door: Door, kind: str
) -> None:
    narrative = "".join(f"<div>{marked(kind, word)}</div>" for word in DENIALS)
    narrative = f'<div xmlns="http://www.w3.org/1999/xhtml">{narrative}</div>'
    # Each word apart from the others, or the page would hold the narrative in one piece and tell it once.
    page = f"<html><body>{''.join(f'<p>Brev:</p>{marked(kind, word)}' for word in DENIALS)}</body></html>"
    said = "\n".join(f"Fynd:   {word}  tecken." for word in DENIALS)
    results = [await received(door, worded(said))]
    sent = report(
        said,
        results,
        text={"status": "additional", "div": narrative},
        presentedForm=[{"contentType": "text/html; charset=utf-8", "data": b64encode(page.encode()).decode()}],
    )
    name = await received(door, sent)
    shown = on_screen((await astrid.get(f"/chart/vera/answers/{name}")).text)
    beside = on_screen((await astrid.get("/answers/unit")).text)
    for word in DENIALS:
        wanted = 3 + denied(spoken(narrative), word) + denied(spoken(page), word)
        assert denied(shown, word) >= wanted, word
        assert denied(beside, word) >= wanted, word
    assert said in shown, "blanks and line ends stand as they came"


async def test_every_denial_is_in_every_list(astrid: httpx.AsyncClient, door: Door) -> None:
    for word in DENIALS:
        title = f"Odling {DENIALS.index(word)}"
        await received(door, report(f"Material: blod.\n\n{word}  växt av\nbakterier.", code={"text": title}))
    for path in ("/answers/unit", "/chart/vera/results"):
        shown = on_screen((await astrid.get(path)).text)
        for word in DENIALS:
            assert f"Material: blod. {word} växt av bakterier." in shown, (path, word)
    overview = on_screen((await astrid.get("/chart/vera")).text)
    assert sum(f"{word} växt av bakterier." in overview for word in DENIALS) >= 3


async def test_the_original_is_there_byte_for_byte(astrid: httpx.AsyncClient, door: Door) -> None:
    """Older laboratories write Latin-1; what is sent is what is given, whatever it is."""
    originals = {
        "text/plain": "Ingen växt.\r\n\tEj påvisat.\x0c".encode("latin-1"),
        "text/html": b"<p>Inga <script>alert(1)</script></p>",
        "application/pdf": bytes(range(256)),
    }
    forms = [
        {"contentType": kind, "data": b64encode(data).decode(), "title": "Svar å/1"} for kind, data in originals.items()
    ]
    name = await received(door, report(presentedForm=forms))
    page = await astrid.get(f"/chart/vera/answers/{name}")
    assert "Ingen växt." in page.text
    assert "Ej påvisat." in page.text
    assert "<script>alert" not in page.text
    for number, (kind, data) in enumerate(originals.items(), 1):
        answer = await astrid.get(f"/chart/vera/answers/{name}/original/{number}")
        assert answer.content == data
        assert answer.headers["content-type"] == kind
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"].startswith("inline" if kind == "text/plain" else "attachment")
    whole = await astrid.get(f"/chart/vera/answers/{name}/original/0")
    assert whole.headers["content-type"].startswith("text/plain")
    assert [one["data"] for one in whole.json()["presentedForm"]] == [one["data"] for one in forms]
    assert (await astrid.get(f"/chart/vera/answers/{name}/original/4")).status_code == 404


async def test_an_answer_is_signed_and_the_next_one_comes(astrid: httpx.AsyncClient, door: Door) -> None:
    for title, mark in (("Blodstatus", "N"), ("Elektrolyter", "HH"), ("Leverprover", "H")):
        results = [await received(door, value(mark, code={"text": f"Prov {title}"}))]
        await received(door, report("", results, code={"text": title}))
    page = (await astrid.get("/answers/unit")).text
    assert re.findall(r"(Blodstatus|Elektrolyter|Leverprover)\s*<span", page) == [
        "Elektrolyter", "Leverprover", "Blodstatus", "Elektrolyter",
    ]  # fmt: skip
    assert "Signera, jag har sett: Prov Elektrolyter 140 g/L" in on_screen(page)
    form = dict(re.findall(r'name="(answer|mark|whose|n)" value="([^"]*)"', page.partition('id="answer"')[2]))
    signed = await astrid.post("/answers/sign", data=form)
    assert (signed.status_code, signed.headers["location"]) == (303, "/answers/unit?n=0&done=1")
    after = (await astrid.get(signed.headers["location"])).text
    assert "1 svar signerat" in after
    assert "Elektrolyter" not in after
    assert "Leverprover" in after.partition('id="answer"')[2]
    shown = (await astrid.get(f"/chart/vera/answers/{form['answer']}")).text
    assert "Signerat av Astrid Lund" in shown or "Signerad av Astrid Lund" in shown
    assert "Kritiskt: Prov Elektrolyter 140 g/L" in shown
    assert (await astrid.post("/answers/sign", data=form)).status_code == 303, "a second click does no harm"


async def test_the_inbox_has_those_that_i_ordered_and_counts_them(astrid: httpx.AsyncClient, door: Door) -> None:
    before = (await astrid.get("/inbox/waiting")).json()["waiting"]
    await received(door, report("Inga fynd för andra."))
    mine = await received(door, report("Inga fynd.", resultsInterpreter=[{"reference": "Practitioner/astrid"}]))
    old = report("Inget kvar.", resultsInterpreter=[{"reference": "Practitioner/astrid"}], status="corrected")
    await received(door, old | {"effectiveDateTime": "2024-05-01"})
    page = on_screen((await astrid.get("/inbox")).text)
    assert "Inga fynd." in page
    assert "Inget kvar." in page
    assert "för andra" not in page
    assert (await astrid.get("/inbox/waiting")).json()["waiting"] == before + 2
    form = {"answer": mine, "mark": "1", "from": "chart"}
    assert (await astrid.post("/answers/sign", data=form)).headers["location"] == f"/chart/vera/answers/{mine}?done=1"
    assert (await astrid.get("/inbox/waiting")).json()["waiting"] == before + 1


async def test_normal_answers_are_signed_together_and_no_others(astrid: httpx.AsyncClient, door: Door) -> None:
    for title, mark in (("Ett", "N"), ("Två", "N"), ("Hög", "H")):
        await received(door, report("", [await received(door, value(mark))], code={"text": title}))
    page = (await astrid.get("/answers/unit")).text
    ticked = re.findall(r'name="answer"\s+value="([^"]*\|[^"]*)"', page)
    assert len(ticked) == 2
    done = await astrid.post("/answers/sign-normal", data={"whose": "unit", "answer": ticked})
    assert done.headers["location"] == "/answers/unit?done=2"
    after = (await astrid.get("/answers/unit?done=2")).text
    assert "2 svar signerade" in after
    assert "Hög" in after
    high = re.search(r'name="answer" value="([^"]*)"', after)
    mark = re.search(r'name="mark" value="([^"]*)"', after)
    assert high
    assert mark
    refused = await astrid.post("/answers/sign-normal", data={"answer": [f"{high[1]}|{mark[1]}"]})
    assert refused.status_code == 422


@pytest.mark.parametrize("answer", ["", "DiagnosticReport", "Patient/vera", "DiagnosticReport/nobody", "x/y/z", "|"])
async def test_what_is_no_answer_is_not_signed(astrid: httpx.AsyncClient, answer: str) -> None:
    for path in ("sign", "sign-normal"):
        said = await astrid.post(f"/answers/{path}", data={"answer": answer, "mark": "1"})
        assert said.status_code in (400, 404, 422), (path, said.status_code)


async def test_who_does_not_sign_answers_reads_them_and_has_no_button(signed_in: SignIn, door: Door) -> None:
    name = await received(door, report("Inga fynd."))
    nurse = await signed_in("nils", "nurse")
    page = (await nurse.get("/answers/unit")).text
    assert "Inga fynd." in page
    assert 'data-does="sign-answer"' not in page
    form = {"answer": name, "mark": "1", "whose": "unit"}
    assert (await nurse.post("/answers/sign", data=form)).status_code == 403


async def test_an_answer_of_somebody_else_is_not_shown_in_a_chart(astrid: httpx.AsyncClient, door: Door) -> None:
    """One patient a window: the banner is never another's than the answer."""
    name = await received(door, report("Inga fynd.", subject={"reference": "Patient/asa"}))
    assert (await astrid.get(f"/chart/vera/answers/{name}")).status_code == 404


async def test_what_is_said_twice_is_told_once_and_nothing_that_differs(astrid: httpx.AsyncClient, door: Door) -> None:
    """A letter that holds the conclusion in one piece stands for it; one word apart, and both are told."""
    letters = {"Inga fynd.": 1, "Inget fynd.": 2}
    for said, wanted in letters.items():
        data = b64encode(b"Svar till remitterande:\r\n  Inga\r\n  fynd.").decode()
        name = await received(door, report(said, presentedForm=[{"contentType": "text/plain", "data": data}]))
        shown = on_screen((await astrid.get(f"/chart/vera/answers/{name}")).text.partition("</article>")[0])
        assert sum(denied(shown, word) for word in ("Inga", "Inget")) == wanted


async def test_values_stand_in_one_table_and_as_curves_together(astrid: httpx.AsyncClient, door: Door) -> None:
    """A column a sampling, the newest first; what is told in words is named and never cut."""
    for number, (day, state) in enumerate(
        [("2024-02-01", "final"), ("2025-02-01", "corrected"), ("2026-02-01", "preliminary")]
    ):
        for code, mark in (("Kalium", "HH"), ("Natrium", "N")):
            kind = {"coding": [{"system": "http://loinc.org", "code": f"x-{code}"}], "text": code}
            await received(door, value(mark, f"{100 + number}", code=kind, status=state, effectiveDateTime=day))
    await received(door, worded("Inga maligna celler i materialet, som är rikligt.") | {"code": {"text": "Cytologi"}})
    page = (await astrid.get("/chart/vera/values?code=x-Kalium&code=x-Natrium")).text
    shown = on_screen(page)
    assert [shown.find(day) > 0 for day in ("2026-02-01", "2025-02-01", "2024-02-01")] == [True] * 3
    assert shown.find("2026-02-01") < shown.find("2025-02-01") < shown.find("2024-02-01")
    assert shown.count("preliminärt") == shown.count("ändrat") == 2
    assert "Cytologi" in shown.partition("Besvarade i ord")[2]
    curves = loads(unescape(page.partition('data-curves="')[2].partition('"')[0]))
    assert {one["name"] for one in curves} == {"Kalium", "Natrium"}
    kalium = next(one for one in curves if one["name"] == "Kalium")
    assert [point[1:] for point in kalium["points"]] == [
        [100, "critical", "final"], [101, "critical", "corrected"], [102, "critical", "preliminary"],
    ]  # fmt: skip
    assert all(len(re.findall(f'value="x-{code}"\\s+checked', page)) == 1 for code in ("Kalium", "Natrium"))
    trend = (await astrid.get("/chart/vera/results/x-Kalium")).text
    assert "data-curves" in trend
    assert "<polyline" in trend, "without the drawing of the browser there is the server's"
