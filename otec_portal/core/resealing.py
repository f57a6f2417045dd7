"""After a key was added in front of ENCRYPTION_KEYS: seal private files with it (C12).

Whole again or as it was: a new file is written, the rows name it, the old one goes.
"""

from dataclasses import dataclass, field

from django.db import transaction

from otec_portal.core import sealed
from otec_portal.core.sealed import DamagedFile, NotKept
from otec_portal.core.sealed_key import fields_with_keys, rows_with


@dataclass
class Resealed:
    """How many files were sealed anew; the keys of those that could not be."""

    written: int = 0
    lost: list[str] = field(default_factory=list)


def reseal_all() -> Resealed:
    """Seal every file anew that another key sealed; what can't be read stays as it is.

    May be stopped and begun again: what is done is passed over.
    """
    done = Resealed()
    for key in _all_keys():
        try:
            done.written += reseal(key)
        except (DamagedFile, FileNotFoundError, NotKept):
            if _is_named(key):
                done.lost.append(key)
    return done


def reseal(key: str) -> bool:
    """Seal the file `key` anew, unless the current key did it; say whether it was.

    Raises DamagedFile, FileNotFoundError, NotKept: then nothing has changed.
    """
    if sealed.is_current(key):
        return False
    with sealed.opened(key) as file:
        new = sealed.keep(file, folder=key.rpartition("/")[0])
    try:
        named = _rename(key, new)
    except BaseException:
        sealed.forget(new)
        raise
    sealed.forget(key if named else new)
    return named


@transaction.atomic
def _rename(key: str, new: str) -> bool:
    """Have the rows that name `key` name `new`; say whether any did."""
    return sum(rows.update(**{name: new}) for rows, name in rows_with(key)) > 0


def _all_keys() -> list[str]:
    """Return each key once."""
    keys: dict[str, None] = {}
    for model, name in fields_with_keys():
        rows = model._base_manager.exclude(**{name: ""}).order_by("pk")
        keys |= dict.fromkeys(rows.values_list(name, flat=True))
    return list(keys)


def _is_named(key: str) -> bool:
    return any(rows.exists() for rows, _ in rows_with(key))
