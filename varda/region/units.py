"""The tables of the tree: administrations, hospitals with wards and clinics, health centres, private companies.

Public organisations and places (COUNTY); ward numbers, bed counts and private companies are invented.
"""

ADMINISTRATIONS: tuple[tuple[str, str], ...] = (
    ("A001", "Sahlgrenska universitetssjukhuset"),
    ("A002", "NU-sjukvården"),
    ("A003", "Sjukhusen i väster"),
    ("A004", "Södra Älvsborgs sjukhus SÄS"),
    ("A005", "Skaraborgs sjukhus"),
    ("A006", "Närhälsan"),
    ("A007", "Regionhälsan"),
    ("A008", "Habilitering & Hälsa"),
    ("A009", "Folktandvården"),
    ("A010", "Regional laboratoriemedicin"),
    ("A011", "Försörjningsförvaltningen"),
)

HOSPITALS: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    # suffix, name, short name, administration, municipality, wards (specialty:beds), clinics
    (
        "S001",
        "SÄS Borås",
        "SÄS",
        "A004",
        "1490",
        "medicin:16 kardiologi:14 stroke:14 lung:12 infektion:12 ortopedi:16 kirurgi:14 kvinna:12 barn:10 psykiatri:14",
        "akut röntgen medicin kardiologi lung ortopedi kirurgi bröst kvinna barn psykiatri onkologi neurologi",
    ),
    ("S002", "SÄS Skene", "SÄS Skene", "A004", "1463", "medicin:12 geriatrik:12", "röntgen medicin ortopedi"),
    (
        "S003",
        "Sahlgrenska sjukhuset",
        "Sahlgrenska",
        "A001",
        "1480",
        "kardiologi:16 stroke:16 kirurgi:16 neurologi:14 onkologi:14 intensiv:8",
        "akut röntgen kardiologi kirurgi bröst onkologi neurologi",
    ),
    (
        "S004",
        "Mölndals sjukhus",
        "Mölndal",
        "A001",
        "1481",
        "ortopedi:18 geriatrik:16 medicin:14",
        "akut röntgen ortopedi medicin",
    ),
    (
        "S005",
        "Östra sjukhuset",
        "Östra",
        "A001",
        "1480",
        "medicin:16 infektion:14 kvinna:14 barn:12 psykiatri:16 kirurgi:14",
        "akut röntgen medicin infektion kvinna barn psykiatri lung",
    ),
    (
        "S006",
        "NÄL",
        "NÄL",
        "A002",
        "1488",
        "medicin:16 kardiologi:14 stroke:14 infektion:10 kirurgi:14 kvinna:12 barn:10 psykiatri:12 intensiv:6",
        "akut röntgen medicin kardiologi lung kirurgi bröst kvinna barn psykiatri onkologi neurologi infektion",
    ),
    ("S007", "Uddevalla sjukhus", "Uddevalla", "A002", "1485", "ortopedi:16 geriatrik:14", "röntgen ortopedi medicin"),
    ("S008", "Alingsås lasarett", "Alingsås", "A003", "1489", "medicin:14", "akut röntgen medicin ortopedi"),
    ("S009", "Angereds sjukhus", "Angered", "A003", "1480", "", "röntgen medicin barn"),
    ("S010", "Frölunda specialistsjukhus", "Frölunda", "A003", "1480", "", "röntgen medicin ortopedi"),
    (
        "S011",
        "Kungälvs sjukhus",
        "Kungälv",
        "A003",
        "1482",
        "medicin:14 kirurgi:12 lung:12",
        "akut röntgen medicin lung kirurgi",
    ),
    (
        "S012",
        "Skaraborgs sjukhus Skövde",
        "Skövde",
        "A005",
        "1496",
        "medicin:16 kardiologi:14 stroke:14 infektion:10 ortopedi:14 kirurgi:14 kvinna:12 barn:10 intensiv:6",
        "akut röntgen medicin kardiologi lung ortopedi kirurgi bröst kvinna barn onkologi neurologi infektion",
    ),
    (
        "S013",
        "Skaraborgs sjukhus Lidköping",
        "Lidköping",
        "A005",
        "1494",
        "medicin:14 geriatrik:12",
        "akut röntgen medicin ortopedi",
    ),
    ("S014", "Skaraborgs sjukhus Falköping", "Falköping", "A005", "1499", "psykiatri:12", "psykiatri"),
    ("S015", "Skaraborgs sjukhus Mariestad", "Mariestad", "A005", "1493", "", "röntgen medicin"),
)

WARD_NAMES: dict[str, str] = {
    "medicin": "medicinavdelning",
    "kardiologi": "hjärtavdelning",
    "stroke": "strokeavdelning",
    "lung": "lungavdelning",
    "infektion": "infektionsavdelning",
    "ortopedi": "ortopedavdelning",
    "kirurgi": "kirurgavdelning",
    "kvinna": "förlossning och BB",
    "barn": "barnavdelning",
    "psykiatri": "psykiatrisk avdelning",
    "intensiv": "intensivvårdsavdelning",
    "geriatrik": "geriatrisk avdelning",
    "neurologi": "neurologavdelning",
    "onkologi": "onkologavdelning",
}

CLINIC_NAMES: dict[str, str] = {
    "akut": "akutmottagning",
    "röntgen": "röntgenavdelning",
    "medicin": "medicinmottagning",
    "kardiologi": "hjärtmottagning",
    "lung": "lungmottagning",
    "ortopedi": "ortopedmottagning",
    "kirurgi": "kirurgmottagning",
    "bröst": "bröstmottagning",
    "kvinna": "kvinnoklinikens mottagning",
    "barn": "barn- och ungdomsmottagning",
    "psykiatri": "psykiatrisk mottagning",
    "onkologi": "onkologmottagning",
    "neurologi": "neurologmottagning",
    "infektion": "infektionsmottagning",
}

LABORATORIES: tuple[tuple[str, str, str], ...] = (
    ("L001", "Klinisk kemi Borås", "1490"),
    ("L002", "Klinisk kemi Göteborg", "1480"),
    ("L003", "Klinisk kemi Trollhättan", "1488"),
    ("L004", "Klinisk kemi Skövde", "1496"),
)

SEVERAL_CENTRES: dict[str, tuple[str, ...]] = {
    # Närhälsan's health centres where a municipality has more than one; elsewhere one bears the municipality's name
    "1490": ("Trandared", "Heimdal", "Sjöbo", "Fristad", "Viskafors", "Dalsjöfors"),
    "1480": (
        "Angered",
        "Backa",
        "Biskopsgården",
        "Eriksberg",
        "Frölunda",
        "Gibraltargatan",
        "Kungshöjd",
        "Kärra",
        "Majorna",
        "Olskroken",
        "Torslanda",
        "Tuve",
    ),
    "1481": ("Mölndal", "Kållered"),
    "1463": ("Kinna", "Skene"),
    "1496": ("Billingen", "Hentorp"),
    "1488": ("Granngården", "Maria Albert"),
    "1485": ("Dalaberg", "Skogslyckan"),
    "1401": ("Mölnlycke", "Landvetter"),
    "1494": ("Lidköping", "Guldvingen"),
}

REHABILITATION: tuple[str, ...] = (
    "1490",
    "1463",
    "1491",
    "1480",
    "1481",
    "1482",
    "1441",
    "1489",
    "1401",
    "1402",
    "1415",
    "1499",
    "1494",
    "1493",
    "1495",
    "1496",
    "1488",
    "1485",
    "1487",
    "1484",
)
"""Municipalities with one of Närhälsan's rehabilitation clinics."""

MATERNITY: tuple[str, ...] = (
    "1490",
    "1463",
    "1491",
    "1480",
    "1481",
    "1482",
    "1489",
    "1441",
    "1494",
    "1496",
    "1488",
    "1485",
)
"""Municipalities with one of Regionhälsan's maternity clinics."""

ON_CALL: tuple[str, ...] = ("1490", "1480", "1488", "1496", "1482")
"""Municipalities with a primary-care centre for evenings and weekends."""

PRIVATE: tuple[tuple[str, str, str], ...] = (
    # company, what its units are called, municipalities of its units (invented companies)
    ("Ekliden Vård AB", "Ekliden vårdcentral", "1490,1491"),
    ("Solgläntans Hälsa AB", "Solgläntans vårdcentral", "1490,1463"),
    ("Kvarnbäckens Läkarhus AB", "Kvarnbäckens läkarhus", "1490"),
    ("Västanvind Primärvård AB", "Västanvind vårdcentral", "1480,1481,1482"),
    ("Bohusklippan Läkargrupp AB", "Bohusklippan vårdcentral", "1485,1484,1486"),
    ("Åstranden Vård AB", "Åstrandens vårdcentral", "1480,1440"),
    ("Tallhöjdens Hälsocentral AB", "Tallhöjdens hälsocentral", "1480,1402"),
    ("Lyckebo Primärvård AB", "Lyckebo vårdcentral", "1480,1441"),
    ("Hamnfyrens Läkarmottagning AB", "Hamnfyrens vårdcentral", "1480"),
    ("Björkdungen Vård AB", "Björkdungens vårdcentral", "1480,1489"),
    ("Klöverbladet Hälsa AB", "Klöverbladets vårdcentral", "1496,1495"),
    ("Vänerviken Vård AB", "Vänervikens vårdcentral", "1494,1493"),
    ("Billingebygdens Läkarhus AB", "Billingebygdens läkarhus", "1496,1499"),
    ("Dalslandsporten Vård AB", "Dalslandsportens vårdcentral", "1487,1492"),
    ("Göta Slussar Hälsa AB", "Göta Slussars vårdcentral", "1488"),
    ("Häggviksgården Vård AB", "Häggviksgårdens vårdcentral", "1401"),
    ("Fjärilsängens Barnläkare AB", "Fjärilsängens barnläkarmottagning", "1480"),
    ("Rörelseglädje Rehab i Väst AB", "Rörelseglädje rehab", "1490,1480,1496"),
)

NEIGHBOURS: dict[str, str] = {"south": "west", "north": "west", "east": "west", "west": "south"}
"""Where the patients of an area go for what their own hospitals lack."""
