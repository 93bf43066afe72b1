"""A demo subset of KVÅ (classification of care measures): code and Swedish text."""

KVA = "urn:oid:1.2.752.116.1.3.2.1.4"

PROCEDURES: dict[str, str] = {
    "AF022": "EKG, vilo",
    "AF063": "Ekokardiografi, transtorakal",
    "AG053": "Spirometri",
    "DU011": "Kognitiv beteendeterapi (KBT)",
    "HAB40": "Partiell mastektomi",
    "JEA01": "Laparoskopisk appendektomi",
    "NFB19": "Primär delprotes i höftled med cement",
    "QG001": "Rörelseträning",
    "DT016": "Läkemedelstillförsel, intravenös",
    "DV112": "Rådgivande samtal om tobaksbruk",
    "DV132": "Rådgivande samtal om otillräcklig fysisk aktivitet",
}
