"""Small demo subsets of code systems, typed from common knowledge: what the invented lives need and some more to choose.

ICD-10-SE, KVÅ, ATC and NPU are not ours to ship whole; a customer loads its own files.
"""

from collections.abc import Iterator

from varda.fhir.resource import Resource
from varda.region.terms.diagnoses import DIAGNOSES, ICD
from varda.region.terms.drugs import ATC
from varda.region.terms.substances import DRUG_SUBSTANCES, OTHERS, SUBSTANCES
from varda.terminology import Concept, code_system


def lists() -> Iterator[Resource]:
    """The lists that people choose from, as a county would load its own."""
    rows = [Concept(number, code, text) for number, (code, text) in enumerate(DIAGNOSES.items(), 1)]
    yield code_system(ICD, "ICD-10-SE, ett urval", rows, version="demo", is_whole=False)
    rows = [Concept(number, code, text) for number, (code, text) in enumerate(DRUG_SUBSTANCES.items(), 1)]
    yield code_system(ATC, "ATC, ett urval", rows, version="demo", is_whole=False)
    rows = [Concept(number, code, text, synonyms=said) for number, (code, text, said) in enumerate(OTHERS, 1)]
    yield code_system(SUBSTANCES, "Ämnen som inte tåls", rows, version="demo")
