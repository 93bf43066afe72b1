"""The 49 municipalities: code, name, area, inhabitants in thousands, first three digits of post, towns.

Public facts (COUNTY); the last two digits of a postal code are drawn.
"""

from varda.region.model import Municipality

_TABLE = """
1443|Bollebygd|south|9.8|517|Bollebygd,Olsfors
1490|Borås|south|114.9|504|Borås,Fristad,Sandared,Viskafors,Dalsjöfors
1466|Herrljunga|south|9.5|524|Herrljunga,Ljung
1463|Mark|south|35.2|511|Kinna,Skene,Horred,Örby
1465|Svenljunga|south|10.6|512|Svenljunga,Hillared
1452|Tranemo|south|12|514|Tranemo,Limmared,Dalstorp
1491|Ulricehamn|south|25|523|Ulricehamn,Timmele,Gällstad
1442|Vårgårda|south|12|447|Vårgårda
1480|Göteborg|west|609|412|Göteborg,Hisings Backa,Västra Frölunda,Angered,Torslanda
1440|Ale|west|32.6|449|Nödinge,Surte,Älvängen
1489|Alingsås|west|42.7|441|Alingsås,Sollebrunn
1401|Härryda|west|40|435|Mölnlycke,Landvetter,Hindås
1482|Kungälv|west|50.3|442|Kungälv,Ytterby,Kode
1441|Lerum|west|43.6|443|Lerum,Gråbo,Floda
1462|Lilla Edet|west|14.4|463|Lilla Edet,Lödöse
1481|Mölndal|west|71.4|431|Mölndal,Kållered,Lindome
1402|Partille|west|41.1|433|Partille,Sävedalen
1415|Stenungsund|west|27.9|444|Stenungsund,Jörlanda
1419|Tjörn|west|16.1|471|Skärhamn,Rönnäng
1407|Öckerö|west|12.8|475|Öckerö,Hönö
1445|Essunga|east|5.6|465|Nossebro
1499|Falköping|east|32.8|521|Falköping,Floby
1444|Grästorp|east|5.6|467|Grästorp
1447|Gullspång|east|5|548|Hova,Gullspång
1471|Götene|east|13.3|533|Götene,Källby
1497|Hjo|east|9.4|544|Hjo
1446|Karlsborg|east|7|546|Karlsborg
1494|Lidköping|east|40.4|531|Lidköping,Vinninga
1493|Mariestad|east|24.6|542|Mariestad,Lyrestad
1495|Skara|east|18.8|532|Skara,Axvall
1496|Skövde|east|58.2|541|Skövde,Skultorp,Stöpen
1472|Tibro|east|11.3|543|Tibro
1498|Tidaholm|east|13|522|Tidaholm
1473|Töreboda|east|9|545|Töreboda
1470|Vara|east|16|534|Vara,Kvänum
1460|Bengtsfors|north|9.1|666|Bengtsfors
1438|Dals-Ed|north|4.6|668|Ed
1439|Färgelanda|north|6.4|458|Färgelanda
1484|Lysekil|north|13.9|453|Lysekil,Brastad
1461|Mellerud|north|9.1|464|Mellerud
1430|Munkedal|north|10.4|455|Munkedal
1421|Orust|north|15.4|473|Henån
1427|Sotenäs|north|9.1|456|Kungshamn,Hunnebostrand
1486|Strömstad|north|13.6|452|Strömstad,Skee
1435|Tanum|north|12.7|457|Tanumshede,Grebbestad
1488|Trollhättan|north|59|461|Trollhättan,Sjuntorp
1485|Uddevalla|north|57|451|Uddevalla,Ljungskile
1487|Vänersborg|north|39|462|Vänersborg,Vargön
1492|Åmål|north|12|662|Åmål,Tösse
"""


def _read(line: str) -> Municipality:
    code, name, area, thousands, postal, towns = line.split("|")
    return Municipality(code, name, area, float(thousands), postal, tuple(towns.split(",")))


MUNICIPALITIES: tuple[Municipality, ...] = tuple(_read(line) for line in _TABLE.strip().splitlines())
