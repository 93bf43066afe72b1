"""Swedish names and streets: the lists of Faker's Swedish locale, leant towards what a year of birth was called.

Only Faker's published word lists are used, never its generators (speed) and never its personal numbers (RULES §5).
"""

from itertools import accumulate
from random import Random

from faker.providers.address.sv_SE import Provider as Streets
from faker.providers.person.sv_SE import Provider as Names

_MALE = dict(Names.first_names_male)
_FEMALE = {name: weight for name, weight in Names.first_names_female.items() if name not in _MALE and name != "Del"}
_FAMILY = dict(Names.last_names)
_STREETS = tuple(
    prefix + suffix
    for prefix in sorted(set(Streets.street_prefixes))
    for suffix in sorted(set(Streets.street_suffixes) - {"torget"})
)

_COMMON: dict[str, tuple[tuple[int, str], ...]] = {
    "female": (
        (1945, "Inga Greta Ingrid Birgit Märta Karin Britta Elsa Kerstin Astrid Gunborg Sonja Maj-Britt Anna-Lisa Rut"),
        (1965, "Birgitta Margareta Kerstin Gunilla Marianne Eva Ingrid Barbro Ulla Christina Berit Inger Monica Siv"),
        (1985, "Maria Anna Annika Åsa Helena Susanne Lena Carina Marie Ulrika Pernilla Jenny Malin Camilla Petra"),
        (2003, "Emma Sara Johanna Elin Amanda Ida Hanna Josefin Linnea Sofia Matilda Julia Rebecka Frida Moa Fatima"),
        (9999, "Alice Maja Elsa Astrid Wilma Olivia Ella Alma Freja Ebba Vera Agnes Saga Selma Lilly Juni Mila Leah"),
    ),
    "male": (
        (1945, "Sven Karl Bertil Nils Stig Rune Arne Gösta Lennart Åke Erik Sture Bengt Ingvar Evert Börje Olof"),
        (1965, "Lars Jan Anders Hans Leif Bengt Kjell Rolf Göran Ulf Christer Kent Bo Lennart Tommy Ingemar Roland"),
        (1985, "Mikael Fredrik Magnus Peter Thomas Johan Andreas Mattias Henrik Niklas Patrik Jonas Daniel Stefan"),
        (2003, "Erik Oscar Simon Viktor Alexander Filip Marcus Robin Anton Emil Rasmus Linus Jakob Ahmed Omar Adam"),
        (9999, "William Liam Noah Hugo Lucas Oliver Elias Adam Nils August Axel Vincent Sam Leo Arvid Melker Yusuf"),
    ),
}
_ERAS = {sex: tuple((until, tuple(names.split())) for until, names in eras) for sex, eras in _COMMON.items()}


class _Weighted:
    """A list drawn from by weight with one bisection a draw."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.names = tuple(weights)
        self.cumulated = tuple(accumulate(weights.values()))

    def draw(self, chance: Random) -> str:
        return chance.choices(self.names, cum_weights=self.cumulated)[0]


_GIVEN = {"female": _Weighted(_FEMALE), "male": _Weighted(_MALE)}
_LAST = _Weighted(_FAMILY)


def given(chance: Random, sex: str, year: int) -> str:
    """A first name for someone of this sex ("female" or "male") born in this year."""
    if chance.random() < 0.25:
        return _GIVEN[sex].draw(chance)
    return chance.choice(next(names for until, names in _ERAS[sex] if year < until))


def family(chance: Random) -> str:
    """A family name, as common as it is in the country."""
    return _LAST.draw(chance)


def street(chance: Random) -> str:
    """A street and house number."""
    return f"{chance.choice(_STREETS)} {chance.randint(1, 64)}"
