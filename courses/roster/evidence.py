"""What hangs on an enrolment and keeps it on its roster.

The rooms above declare it themselves, by a foreign key that PROTECTs: nobody is asked
by name here, and what a later part adds is heeded without a change.
"""

from collections.abc import Collection

from django.db.models import PROTECT, ForeignObjectRel

from courses.models import Enrolment


def _protecting() -> list[ForeignObjectRel]:
    return [
        relation
        for relation in Enrolment._meta.related_objects
        if getattr(relation, "on_delete", None) is PROTECT
    ]


def held(enrolments: Collection[int]) -> dict[int, str]:
    """Return {key of an enrolment: what hangs on it, in Spanish}; the free are not in.

    One query for each kind of thing that may hang on one.
    """
    found: dict[int, str] = {}
    for relation in _protecting():
        path = relation.field.name
        rows = relation.related_model._base_manager.filter(
            **{f"{path}__in": enrolments}
        )
        words = str(relation.related_model._meta.verbose_name_plural)
        found |= dict.fromkeys(rows.values_list(path, flat=True).distinct(), words)
    return found
