"""What is wrong with a resource: all of it at once, each with its place and a plain sentence.

A resource that is right fits a form (`forms`) and pays for no more. Of what does not, the structure (elements,
cardinality, JSON types, repeated keys) is judged by fhirkit on the bytes; the values (dates, ids, codes, references,
narrative, characters) by our own walk of the element table, because fhirkit stays silent about many of them, and about
all of them once the structure is wrong.
http://hl7.org/fhir/R4/validation.html
"""

import re
from collections.abc import Iterator

import fhirkit

from varda.fhir.forms import is_right
from varda.fhir.resource import Resource, dump, parse
from varda.fhir.shape import EMPTY, explain
from varda.kernel.errors import Malformed, Problem, Unprocessable

# Control characters: JSON lets them in as escapes only.
_ESCAPE = re.compile(rb"\\(?:u00|b|f)")
_NUMBER = re.compile(r"(?<=\[)(\d+)(?=\])")

# fhirkit's words → FHIR issue code (http://hl7.org/fhir/R4/valueset-issue-type.html) and our sentence.
_WORDS = (
    (re.compile(r"unknown element"), "structure", "FHIR has no such element here."),
    (re.compile(r"required element missing"), "required", "This element is required and missing."),
    (re.compile(r"a resource needs a resourceType"), "structure", "A resource needs a resourceType."),
    (re.compile(r"(.*) is not a FHIR R4 resource type.*"), "structure", "{0} is not a resource type of FHIR R4."),
    (re.compile(r"the key appears more than once"), "structure", "This key is given more than once."),
    (re.compile(r"only one type may be given, found (.*)"), "structure", "Only one of {0} may be given."),
    (re.compile(r"(null with no extension.*)"), "structure", "Null is not allowed without an extension in its place."),
    (re.compile(r"(expected .*|an? empty .*|null is .*|has \d+ entries.*)"), "structure", "{0}."),
    (re.compile(r"(.*)"), "value", "{0}."),
)


def problems(raw: bytes | Resource, parsed: Resource | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with a resource, in order of place; () when it may be stored.

    Repeated keys are seen in bytes only. `parsed` saves parsing the same bytes again. Raises Malformed for bytes that
    are not JSON.
    """
    if parsed is None:
        parsed = raw if isinstance(raw, dict) else parse(raw)
    written = _written(parsed)
    given = written if isinstance(raw, dict) else raw
    return () if not _is_suspect(given, written) and is_right(parsed) else explained(given, parsed)


def explained(given: bytes, parsed: Resource) -> tuple[Problem, ...]:
    """The same the long way, which finds the words. Raises Malformed."""
    try:
        issues = fhirkit.validate(given)
    except fhirkit.ParseError as error:
        message = f"The JSON cannot be read: {error}."
        deep = "deep" in message
        raise Malformed(message, [Problem(message, code="too-costly" if deep else "structure")]) from None
    return _in_order([*_structural(issues), *explain(parsed)])


def check(raw: bytes | Resource, parsed: Resource | None = None) -> Resource:
    """The parsed resource when nothing is wrong with it; raises Malformed or Unprocessable with every problem."""
    found = parsed if parsed is not None else raw if isinstance(raw, dict) else parse(raw)
    wrong = problems(raw, found)
    if wrong:
        count = "1 problem" if len(wrong) == 1 else f"{len(wrong)} problems"
        raise Unprocessable(f"The resource is not valid FHIR R4: {count}.", wrong)
    return found


def _is_suspect(given: bytes, written: bytes) -> bool:
    """Whether something may be wrong that only the bytes show. Written anew, what was given twice is there once: then
    there are fewer quotation marks, whose number nothing else changes but the escapes that are looked for before.
    """
    if b"\\" in given and _ESCAPE.search(given) is not None:
        return True
    return b"{}" in written or (given is not written and given.count(b'"') != written.count(b'"'))


def _written(resource: Resource) -> bytes:
    try:
        return dump(resource)
    except UnicodeEncodeError:
        message = "A text contains half a character (a lone surrogate)."
        raise Malformed(message, [Problem(message, code="value")]) from None


def _structural(issues: list[fhirkit.Issue]) -> Iterator[Problem]:
    rivals: set[str] = set()
    for issue in issues:
        if issue.severity != "error" or (issue.message == "unknown element" and issue.path in rivals):
            continue
        for pattern, code, sentence in _WORDS:
            found = pattern.fullmatch(issue.message)
            if found is None:
                continue
            if sentence.startswith("Only one"):
                parent = issue.path.rpartition(".")[0]
                rivals.update(f"{parent}.{name}" for name in found[1].split(", "))
            said = sentence.format(*found.groups())
            yield Problem(said[:1].upper() + said[1:], issue.path, code)
            break


def _in_order(found: list[Problem]) -> tuple[Problem, ...]:
    """One problem a place, by place; that an object is empty is not said where it is said what it lacks."""
    first: dict[str, Problem] = {}
    for problem in found:
        first.setdefault(problem.path, problem)
    parents = {path.rpartition(".")[0] for path in first}
    kept = [one for one in first.values() if not (one.message == EMPTY and one.path in parents)]
    return tuple(sorted(kept, key=lambda one: _NUMBER.sub(lambda found: found[1].zfill(9), one.path)))
