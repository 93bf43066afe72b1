"""What people do not tolerate: substances and some groups of drugs by ATC, and what is no drug by our own codes."""

from varda.region.terms.drugs import DRUGS

SUBSTANCES = "https://varda.example/fhir/CodeSystem/substance"
_GROUPS = {
    "J01CE": "Penicillin",
    "J01D": "Cefalosporiner",
    "J01EE": "Trimetoprim och sulfonamid",
    "J01FA": "Makrolider",
    "J01MA": "Kinoloner",
    "M01A": "NSAID",
    "N02BA01": "Acetylsalicylsyra",
    "N02A": "Opioider",
    "N01B": "Lokalbedövningsmedel",
    "V08A": "Jodkontrastmedel",
    "C09A": "ACE-hämmare",
    "C10AA": "Statiner",
    "J07": "Vaccin",
    "D08AC02": "Klorhexidin",
}
DRUG_SUBSTANCES: dict[str, str] = _GROUPS | {
    drug.atc: drug.substance.capitalize() for drug in DRUGS.values() if drug.atc not in _GROUPS
}
"""Substances and groups of drugs by ATC code."""

OTHERS: tuple[tuple[str, str, str], ...] = (
    # code, what it is called, other words for it
    ("peanut", "Jordnöt", "jordnötter"), ("nut", "Nötter", "hasselnöt; mandel; cashew; valnöt"),
    ("egg", "Ägg", ""), ("milk", "Mjölkprotein", "komjölk; mjölkallergi"), ("lactose", "Laktos", "laktosintolerans"),
    ("wheat", "Vete", ""), ("gluten", "Gluten", "celiaki; glutenintolerans"), ("soy", "Soja", ""),
    ("fish", "Fisk", ""), ("shellfish", "Skaldjur", "räka; kräfta"), ("birch", "Björkpollen", "björk; pollen; hösnuva"),
    ("grass", "Gräspollen", "timotej; gräs; pollen"), ("mugwort", "Gråbo", "pollen"), ("mite", "Kvalster", ""),
    ("cat", "Katt", "pälsdjur"), ("dog", "Hund", "pälsdjur"), ("horse", "Häst", "pälsdjur"),
    ("latex", "Latex", "gummihandskar"), ("nickel", "Nickel", ""), ("plaster", "Häfta", "plåster; tejp"),
    ("perfume", "Parfym", "doft"), ("wasp", "Getinggift", "geting; insektsstick"), ("bee", "Bigift", "bi; insektsstick"),
)  # fmt: skip
