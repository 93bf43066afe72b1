"""A demo subset of medicines by ATC: what is prescribed, in which form, and the dose in the words of the label."""

from dataclasses import dataclass

ATC = "http://www.whocc.no/atc"


@dataclass(frozen=True, slots=True)
class Drug:
    """One product. `daily` = times a day (0 = as needed), `amount` = units of `form` each time."""

    atc: str
    substance: str
    name: str
    form: str
    amount: str
    daily: int
    dosage: str


_TABLE = """
metformin|A10BA02|metformin|Metformin 500 mg filmdragerad tablett|tablett|1|2|1 tablett till frukost och 1 tablett till kvällsmat
metformin-1000|A10BA02|metformin|Metformin 1 g filmdragerad tablett|tablett|1|2|1 tablett till frukost och 1 tablett till kvällsmat
empagliflozin|A10BK03|empagliflozin|Empagliflozin 10 mg filmdragerad tablett|tablett|1|1|1 tablett varje morgon
semaglutid|A10BJ06|semaglutid|Semaglutid 0,5 mg injektionsvätska i förfylld penna|dos|1|-7|1 injektion en gång i veckan, samma veckodag
glargin|A10AE04|insulin glargin|Insulin glargin 100 E/ml injektionsvätska i förfylld penna|E|16|1|16 enheter till kvällen
enalapril|C09AA02|enalapril|Enalapril 10 mg tablett|tablett|1|1|1 tablett varje morgon
enalapril-20|C09AA02|enalapril|Enalapril 20 mg tablett|tablett|1|1|1 tablett varje morgon
losartan|C09CA01|losartan|Losartan 50 mg filmdragerad tablett|tablett|1|1|1 tablett varje morgon
amlodipin|C08CA01|amlodipin|Amlodipin 5 mg tablett|tablett|1|1|1 tablett varje morgon
hydroklortiazid|C03AA03|hydroklortiazid|Hydroklortiazid 12,5 mg tablett|tablett|1|1|1 tablett varje morgon
furosemid|C03CA01|furosemid|Furosemid 40 mg tablett|tablett|1|1|1 tablett varje morgon
spironolakton|C03DA01|spironolakton|Spironolakton 25 mg filmdragerad tablett|tablett|1|1|1 tablett varje morgon
metoprolol|C07AB02|metoprolol|Metoprolol 50 mg depottablett|tablett|1|1|1 depottablett varje morgon, sväljs hel
bisoprolol|C07AB07|bisoprolol|Bisoprolol 2,5 mg filmdragerad tablett|tablett|1|1|1 tablett varje morgon
apixaban|B01AF02|apixaban|Apixaban 5 mg filmdragerad tablett|tablett|1|2|1 tablett morgon och kväll, får inte glömmas
klopidogrel|B01AC04|klopidogrel|Klopidogrel 75 mg filmdragerad tablett|tablett|1|1|1 tablett dagligen
acetylsalicylsyra|B01AC06|acetylsalicylsyra|Acetylsalicylsyra 75 mg tablett|tablett|1|1|1 tablett dagligen
atorvastatin|C10AA05|atorvastatin|Atorvastatin 20 mg filmdragerad tablett|tablett|1|1|1 tablett till kvällen
atorvastatin-40|C10AA05|atorvastatin|Atorvastatin 40 mg filmdragerad tablett|tablett|1|1|1 tablett till kvällen
salbutamol|R03AC02|salbutamol|Salbutamol 0,2 mg/dos inhalationspulver|dos|1|0|1–2 inhalationer vid behov mot andnöd, högst 8 per dygn
budesonid|R03BA02|budesonid|Budesonid 200 mikrogram/dos inhalationspulver|dos|1|2|1 inhalation morgon och kväll, skölj munnen efteråt
budesonid-formoterol|R03AK07|budesonid och formoterol|Budesonid/formoterol 160/4,5 mikrogram/dos inhalationspulver|dos|1|2|1 inhalation morgon och kväll samt vid behov
tiotropium|R03BB04|tiotropium|Tiotropium 18 mikrogram inhalationspulver|dos|1|1|1 inhalation varje morgon
prednisolon|H02AB06|prednisolon|Prednisolon 5 mg tablett|tablett|6|1|6 tabletter varje morgon i 5 dagar
sertralin|N06AB06|sertralin|Sertralin 50 mg filmdragerad tablett|tablett|1|1|1 tablett varje morgon
mirtazapin|N06AX11|mirtazapin|Mirtazapin 15 mg munsönderfallande tablett|tablett|1|1|1 tablett till natten
propiomazin|N05CM06|propiomazin|Propiomazin 25 mg tablett|tablett|1|0|1 tablett till natten vid behov mot sömnsvårigheter
oxazepam|N05BA04|oxazepam|Oxazepam 5 mg tablett|tablett|1|0|1 tablett vid behov mot oro, högst 3 per dygn
donepezil|N06DA02|donepezil|Donepezil 10 mg filmdragerad tablett|tablett|1|1|1 tablett till kvällen
paracetamol|N02BE01|paracetamol|Paracetamol 500 mg tablett|tablett|2|3|2 tabletter 3 gånger dagligen mot smärta
paracetamol-vb|N02BE01|paracetamol|Paracetamol 500 mg tablett|tablett|2|0|1–2 tabletter vid behov mot smärta eller feber, högst 8 per dygn
oxikodon|N02AA05|oxikodon|Oxikodon 5 mg kapsel|kapsel|1|0|1 kapsel vid behov mot svår smärta, högst 4 per dygn
naproxen|M01AE02|naproxen|Naproxen 250 mg tablett|tablett|1|2|1 tablett morgon och kväll i 10 dagar, tas med mat
omeprazol|A02BC01|omeprazol|Omeprazol 20 mg enterokapsel|kapsel|1|1|1 kapsel varje morgon före frukost
levotyroxin|H03AA01|levotyroxin|Levotyroxin 100 mikrogram tablett|tablett|1|1|1 tablett varje morgon på fastande mage
alendronsyra|M05BA04|alendronsyra|Alendronsyra 70 mg tablett|tablett|1|-7|1 tablett en gång i veckan, fastande, i upprätt ställning
kalcium-d|A12AX|kalcium och vitamin D|Kalcium/vitamin D3 500 mg/800 IE tuggtablett|tablett|1|1|1 tuggtablett dagligen
jarn|B03AA07|järnsulfat|Järnsulfat 100 mg depottablett|tablett|1|1|1 tablett varje morgon
kobalamin|B03BA01|cyanokobalamin|Cyanokobalamin 1 mg tablett|tablett|1|1|1 tablett dagligen
penicillin|J01CE02|fenoximetylpenicillin|Fenoximetylpenicillin 1 g filmdragerad tablett|tablett|1|3|1 tablett 3 gånger dagligen i 7 dagar mot infektion
pivmecillinam|J01CA08|pivmecillinam|Pivmecillinam 200 mg filmdragerad tablett|tablett|1|3|1 tablett 3 gånger dagligen i 5 dagar mot urinvägsinfektion
amoxicillin|J01CA04|amoxicillin|Amoxicillin 500 mg kapsel|kapsel|1|3|1 kapsel 3 gånger dagligen i 7 dagar mot luftvägsinfektion
klindamycin|J01FF01|klindamycin|Klindamycin 150 mg kapsel|kapsel|2|3|2 kapslar 3 gånger dagligen i 10 dagar mot infektion
doxycyklin|J01AA02|doxycyklin|Doxycyklin 100 mg tablett|tablett|1|1|1 tablett dagligen i 7 dagar mot luftvägsinfektion
nitrofurantoin|J01XE01|nitrofurantoin|Nitrofurantoin 50 mg tablett|tablett|1|3|1 tablett 3 gånger dagligen i 5 dagar mot urinvägsinfektion
cefotaxim|J01DD01|cefotaxim|Cefotaxim 1 g pulver till injektionsvätska|g|1|3|1 g intravenöst 3 gånger per dygn
piperacillin|J01CR05|piperacillin och tazobaktam|Piperacillin/tazobaktam 4 g/0,5 g pulver till infusionsvätska|g|4|3|4 g intravenöst 3 gånger per dygn
dalteparin|B01AB04|dalteparin|Dalteparin 5000 E injektionsvätska i förfylld spruta|dos|1|1|1 injektion subkutant varje kväll
letrozol|L02BG04|letrozol|Letrozol 2,5 mg filmdragerad tablett|tablett|1|1|1 tablett dagligen
sumatriptan|N02CC01|sumatriptan|Sumatriptan 50 mg tablett|tablett|1|0|1 tablett vid migränanfall, kan upprepas efter 2 timmar
hydrokortison|D07AA02|hydrokortison|Hydrokortison 1 % kräm|dos|1|2|Tunt lager 2 gånger dagligen i 2 veckor, sedan nedtrappning
desloratadin|R06AX27|desloratadin|Desloratadin 5 mg filmdragerad tablett|tablett|1|1|1 tablett dagligen under pollensäsong
desogestrel|G03AC09|desogestrel|Desogestrel 75 mikrogram filmdragerad tablett|tablett|1|1|1 tablett dagligen vid samma klockslag
"""


def _read(line: str) -> tuple[str, Drug]:
    key, atc, substance, name, form, amount, daily, dosage = line.split("|")
    return key, Drug(atc, substance, name, form, amount, int(daily), dosage)


DRUGS: dict[str, Drug] = dict(_read(line) for line in _TABLE.strip().splitlines())
"""The small formulary by key; `daily` below zero means every so many days (-7 = weekly)."""

INSTEAD_OF_PENICILLIN: dict[str, str] = {
    "penicillin": "klindamycin",
    "amoxicillin": "doxycyklin",
    "pivmecillinam": "nitrofurantoin",
    "piperacillin": "cefotaxim",
}
"""What those who do not tolerate penicillin are given."""
