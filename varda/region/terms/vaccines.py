"""Vaccines: ATC code, Swedish text, and the ages of the national child programme."""

from datetime import timedelta

VACCINES: dict[str, tuple[str, str]] = {
    "rota": ("J07BH01", "Rotavirusvaccin, levande"),
    "sexvalent": ("J07CA09", "Difteri, stelkramp, kikhosta, polio, Hib och hepatit B"),
    "pneumokock": ("J07AL02", "Pneumokockvaccin, konjugerat"),
    "mpr": ("J07BD52", "Mässling, påssjuka och röda hund"),
    "boster": ("J07CA02", "Difteri, stelkramp, kikhosta och polio"),
    "hpv": ("J07BM03", "Humant papillomvirusvaccin"),
    "influensa": ("J07BB02", "Influensavaccin, inaktiverat"),
    "covid": ("J07BN01", "Covid-19-vaccin, mRNA"),
}

CHILD_PROGRAMME: tuple[tuple[str, int, timedelta], ...] = (
    # vaccine, dose, age
    ("rota", 1, timedelta(weeks=6)),
    ("rota", 2, timedelta(weeks=12)),
    ("sexvalent", 1, timedelta(weeks=13)),
    ("pneumokock", 1, timedelta(weeks=13)),
    ("sexvalent", 2, timedelta(weeks=22)),
    ("pneumokock", 2, timedelta(weeks=22)),
    ("sexvalent", 3, timedelta(days=365)),
    ("pneumokock", 3, timedelta(days=365)),
    ("mpr", 1, timedelta(days=550)),
    ("boster", 4, timedelta(days=1900)),
    ("mpr", 2, timedelta(days=2750)),
    ("hpv", 1, timedelta(days=4150)),
    ("hpv", 2, timedelta(days=4400)),
)
