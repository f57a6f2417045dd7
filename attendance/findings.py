"""What a preflight can find: how grave it is, where it is mended, what it prevents.

`ABOUT` and `UNKNOWABLE` share out the codes of errors.toml that come from data.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Gravity(StrEnum):
    """Whether SENCE, or the portal on its behalf, would refuse; or is it odd only.

    *refused*: SENCE did refuse; whether it would again, it alone knows.
    """

    GRAVE = "grave"
    REFUSED = "refused"
    NOTICE = "notice"


class Place(StrEnum):
    """Where a finding is mended."""

    ACTION = "action"
    COURSE = "course"
    ROSTER = "roster"
    TRAINING_BODY = "training_body"
    TOKENS = "tokens"
    INSTALLATION = "installation"
    ALERTS = "alerts"


@dataclass(frozen=True)
class About:
    """What holds for every finding of one code; `prevents` are codes of errors.toml."""

    gravity: Gravity
    place: Place
    prevents: tuple[str, ...] = ()


ABOUT: Final = {
    "over": About(Gravity.GRAVE, Place.ACTION, ("309", "310")),
    "otec_rut": About(Gravity.GRAVE, Place.TRAINING_BODY, ("209",)),
    "no_token": About(Gravity.GRAVE, Place.TOKENS, ("200",)),
    "token": About(Gravity.GRAVE, Place.TOKENS, ("303",)),
    "sence_code": About(Gravity.GRAVE, Place.COURSE, ("204",)),
    "action_code": About(Gravity.GRAVE, Place.ACTION, ("205", "301")),
    "line": About(Gravity.GRAVE, Place.ACTION, ("206", "301")),
    "return_address": About(
        Gravity.GRAVE, Place.INSTALLATION, ("201", "202", "203", "313")
    ),
    "stand_in": About(Gravity.GRAVE, Place.INSTALLATION),
    "classroom": About(Gravity.GRAVE, Place.COURSE, ("307",)),
    "run": About(Gravity.GRAVE, Place.ROSTER, ("207",)),
    "refused": About(Gravity.REFUSED, Place.ALERTS),
    "people_refused": About(Gravity.REFUSED, Place.ALERTS),
    "upcoming": About(Gravity.NOTICE, Place.ACTION, ("309",)),
    "doubtful_token": About(Gravity.REFUSED, Place.TOKENS, ("211", "212", "303")),
    "unreadable_token": About(Gravity.NOTICE, Place.TOKENS),
    "line_unlike_code": About(Gravity.NOTICE, Place.ACTION, ("206", "301")),
    "shared_code": About(Gravity.NOTICE, Place.ACTION),
    "sent_otherwise": About(Gravity.NOTICE, Place.ACTION),
    "unchecked_codes": About(Gravity.NOTICE, Place.ACTION),
    "nobody": About(Gravity.NOTICE, Place.ROSTER),
    "over_places": About(Gravity.NOTICE, Place.ROSTER),
    "crosses_the_year": About(Gravity.NOTICE, Place.ACTION),
    "partial_beyond_its_year": About(Gravity.NOTICE, Place.ACTION),
    "complementary_beyond_its_year": About(Gravity.NOTICE, Place.ACTION),
    "longer_than_a_year": About(Gravity.NOTICE, Place.ACTION),
    "without_partial": About(Gravity.NOTICE, Place.ACTION),
    "no_course_url": About(Gravity.NOTICE, Place.ACTION),
    "no_hours": About(Gravity.NOTICE, Place.COURSE),
}
_WORDS: Final = {
    Gravity.GRAVE: "Impide registrar",
    Gravity.REFUSED: "SENCE lo rechazó",
    Gravity.NOTICE: "Aviso",
}
UNKNOWABLE: Final = {
    "208": "which participants were communicated stands at SENCE alone",
    "306": "which codes belong together stands at SENCE alone",
    "308": "to which RUT an action was communicated stands at SENCE alone",
}


@dataclass(frozen=True)
class Finding:
    """One thing to know about an action: a stable code, and Spanish for operators."""

    code: str
    sentence: str

    @property
    def gravity(self) -> Gravity:
        return ABOUT[self.code].gravity

    @property
    def place(self) -> Place:
        return ABOUT[self.code].place

    @property
    def refused(self) -> bool:
        """Whether SENCE refused because of it, and nobody has said it is mended."""
        return self.gravity == Gravity.REFUSED

    @property
    def pressing(self) -> bool:
        """Whether it is more than a notice."""
        return self.grave or self.refused

    @property
    def word(self) -> str:
        """What it is called, in Spanish."""
        return _WORDS[self.gravity]

    @property
    def grave(self) -> bool:
        """Whether nobody, or not everybody, could start a session."""
        return self.gravity == Gravity.GRAVE
