"""What is measured: LOINC for interoperation, NPU where commonly known, Swedish text, unit (UCUM), reference range.

Ranges are those of adults in ordinary Swedish use, women and men apart where they differ.
"""

from dataclasses import dataclass
from decimal import Decimal

LOINC = "http://loinc.org"
NPU = "http://npu-terminology.org"
LOCAL = "https://varda.example/fhir/CodeSystem/measure"
UCUM = "http://unitsofmeasure.org"


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of observation. Range limits are None where none is used; `women` replaces `low` for women."""

    key: str
    loinc: str
    npu: str
    text: str
    unit: str
    ucum: str
    low: Decimal | None
    high: Decimal | None
    women: Decimal | None
    decimals: int
    category: str


_TABLE = """
systolic|8480-6||Systoliskt blodtryck|mmHg|mm[Hg]||||0|vital-signs
diastolic|8462-4||Diastoliskt blodtryck|mmHg|mm[Hg]||||0|vital-signs
puls|8867-4||Puls|slag/min|/min|50|100||0|vital-signs
andning|9279-1||Andningsfrekvens|andetag/min|/min|12|20||0|vital-signs
temp|8310-5||Kroppstemperatur|°C|Cel|36.0|37.8||1|vital-signs
saturation|59408-5||Syremättnad (pulsoximetri)|%|%|95|||0|vital-signs
vikt|29463-7||Kroppsvikt|kg|kg||||1|vital-signs
langd|8302-2||Kroppslängd|cm|cm||||0|vital-signs
bmi|39156-5||BMI|kg/m²|kg/m2|18.5|25.0||1|vital-signs
huvud|9843-4||Huvudomfång|cm|cm||||1|vital-signs
news2|||NEWS2|poäng|{score}||||0|survey
phq9|44261-6||PHQ-9|poäng|{score}||4||0|survey
mmse|72106-8||MMSE|poäng|{score}|27|||0|survey
smarta|72514-3||Smärtskattning (NRS)|poäng|{score}||||0|survey
fev1|20150-9||FEV1|liter|L||||1|exam
sfmatt|11881-0||Symfys-fundusmått|cm|cm||||0|exam
fosterljud|55283-6||Fosterljud|slag/min|/min|110|160||0|exam
hba1c|59261-8|NPU27300|HbA1c|mmol/mol|mmol/mol|27|42||0|laboratory
glukos|14749-6|NPU02192|P-Glukos|mmol/l|mmol/L|4.0|6.0||1|laboratory
hb|718-7|NPU28309|B-Hemoglobin|g/l|g/L|134|170|117|0|laboratory
lpk|6690-2|NPU02593|B-Leukocyter|10⁹/l|10*9/L|3.5|8.8||1|laboratory
tpk|777-3|NPU03568|B-Trombocyter|10⁹/l|10*9/L|145|387||0|laboratory
crp|1988-5|NPU19748|P-CRP|mg/l|mg/L||5||0|laboratory
na|2951-2|NPU03429|P-Natrium|mmol/l|mmol/L|137|145||0|laboratory
kalium|2823-3|NPU03230|P-Kalium|mmol/l|mmol/L|3.5|4.4||1|laboratory
kreatinin|14682-9|NPU18016|P-Kreatinin|µmol/l|umol/L|60|105|45|0|laboratory
egfr|62238-1||eGFR (relativt)|ml/min/1,73 m²|mL/min/{1.73_m2}|60|||0|laboratory
alat|1742-6|NPU19651|P-ALAT|µkat/l|ukat/L||1.10||2|laboratory
albumin|1751-7|NPU19673|P-Albumin|g/l|g/L|36|45||0|laboratory
ldl|22748-8|NPU01568|P-LDL-kolesterol|mmol/l|mmol/L|1.2|4.3||1|laboratory
hdl|14646-4|NPU01567|P-HDL-kolesterol|mmol/l|mmol/L|1.0|2.7||1|laboratory
kolesterol|14647-2|NPU01566|P-Kolesterol|mmol/l|mmol/L|3.3|6.9||1|laboratory
uacr|14959-1||U-Albumin/kreatinin-kvot|g/mol|g/mol||3.0||1|laboratory
probnp|33762-6||P-NT-proBNP|ng/l|ng/L||300||0|laboratory
troponin|67151-1||P-Troponin T, högkänsligt|ng/l|ng/L||14||0|laboratory
inr|6301-6|NPU01685|P-PK (INR)|INR|{INR}||1.2||1|laboratory
tsh|11580-8|NPU03577|P-TSH|mIE/l|m[IU]/L|0.40|3.70||2|laboratory
ferritin|20567-4|NPU19763|P-Ferritin|µg/l|ug/L|30|350|13|0|laboratory
b12|14685-2|NPU01700|P-Kobalaminer|pmol/l|pmol/L|150|600||0|laboratory
laktat|2524-7||P-Laktat|mmol/l|mmol/L|0.5|2.2||1|laboratory
blodforlust|||Blodförlust vid förlossning|ml|mL||500||0|exam
"""

CRITICAL: dict[str, tuple[float | None, float | None]] = {
    # beyond these a laboratory rings: least, most
    "kalium": (2.8, 6.0), "na": (120, 155), "hb": (70, None), "glukos": (2.6, 25), "laktat": (None, 4.0),
    "lpk": (1.0, 30), "tpk": (30, None), "inr": (None, 5.0), "saturation": (85, None), "temp": (34.0, 40.5),
}  # fmt: skip


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _read(line: str) -> Measure:
    key, loinc, npu, text, unit, ucum, low, high, women, decimals, category = line.split("|")
    limits = _number(low), _number(high), _number(women)
    return Measure(key, loinc, npu, text, unit, ucum, *limits, int(decimals), category)


MEASURES: dict[str, Measure] = {one.key: one for one in map(_read, _TABLE.strip().splitlines())}

_QUANTA = (Decimal(1), Decimal("0.1"), Decimal("0.01"))


def rounded(measure: Measure, value: float) -> Decimal:
    """The value with the decimals that the laboratory reports."""
    return Decimal(repr(float(value))).quantize(_QUANTA[measure.decimals])


def spoken(value: Decimal) -> str:
    """The value as written in Swedish text: decimal comma."""
    return str(value).replace(".", ",")


def news2(andning: float, saturation: float, systolic: float, puls: float, temp: float) -> int:
    """NEWS2 of an alert patient without oxygen, SpO2 scale 1 (Royal College of Physicians, 2017)."""
    score = 3 if andning <= 8 or andning >= 25 else 2 if andning >= 21 else 1 if andning <= 11 else 0
    score += 3 if saturation <= 91 else 2 if saturation <= 93 else 1 if saturation <= 95 else 0
    score += 3 if systolic <= 90 or systolic >= 220 else 2 if systolic <= 100 else 1 if systolic <= 110 else 0
    score += 3 if puls <= 40 or puls >= 131 else 2 if puls >= 111 else 1 if puls <= 50 or puls >= 91 else 0
    return score + (3 if temp <= 35.0 else 2 if temp >= 39.1 else 1 if temp <= 36.0 or temp >= 38.1 else 0)
