"""Who sees which rows: what isn't yours does not exist (404)."""

from collections.abc import Iterator
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from otec_portal.core.folding import FoldingQuerySet
from otec_portal.core.models import Membership, Role
from otec_portal.core.regions import REGION_CHOICES

Row = TypeVar("Row", bound=models.Model)


def regions_within_reach(membership: Membership) -> list[tuple[str, str]]:
    """Return (code, name) of the regions where `membership` may act, north to south."""
    if membership.role != Role.REGIONAL_ADMIN:
        return REGION_CHOICES
    mine = membership.region_codes()
    return [(code, name) for code, name in REGION_CHOICES if code in mine]


class TenantQuerySet(FoldingQuerySet[Row]):
    """Rows that belong to a training body; its model says by which paths.

    `TENANT_PATH` leads to the training body, `REGION_PATH` to the region that binds
    a regional admin ("" where rows have none).
    """

    def visible_to(self, membership: Membership | None) -> Self:
        """Return the rows that `membership` may know of; without one, none.

        Roles and their reach: domain.md, "People and institutions".
        """
        if membership is None or membership.training_body_id is None:
            return self.none()
        model: Any = self.model
        rows = self.filter(**{model.TENANT_PATH: membership.training_body_id})
        if membership.role == Role.REGIONAL_ADMIN and model.REGION_PATH:
            rows = rows.filter(
                Q(**{f"{model.REGION_PATH}__in": membership.region_codes()})
            )
        return rows

    def submitted_to(self, membership: Membership | None) -> Self:
        """Return what was submitted to the regional office of `membership`.

        Of its regions, across training bodies, and of SUBMITTED models alone; for
        every other role, none (domain.md, "People and institutions").
        """
        model: Any = self.model
        if (
            membership is None
            or membership.role != Role.REGIONAL_OFFICE
            or not getattr(model, "SUBMITTED", False)
            or not model.REGION_PATH
        ):
            return self.none()
        codes = membership.region_codes()
        rows = self.filter(Q(**{f"{model.REGION_PATH}__in": codes}))
        if model.SUBMITTED_WITH:
            sent = {f"{model.SUBMITTED_WITH}__isnull": False}
            rows = rows.filter(pk__in=model._base_manager.filter(**sent).values("pk"))
        return rows


class Owned(models.Model):
    """A row of a training body: it names no row of another one.

    `clean` says so in words; `save` refuses a new row that does, whoever made it.
    SUBMITTED rows are sent to the regional office of their region, which sees them;
    where not each of them is, SUBMITTED_WITH leads to what those have that were.
    """

    TENANT_PATH: ClassVar[str]
    REGION_PATH: ClassVar[str] = ""
    SUBMITTED: ClassVar[bool] = False
    SUBMITTED_WITH: ClassVar[str] = ""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            refuse_foreign(self)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        refuse_foreign(self)


def named_rows(model: type[models.Model]) -> Iterator["models.ForeignKey[Any, Any]"]:
    """Yield the keys of `model` to rows that belong to a training body.

    Not the one by which the row itself belongs to its own.
    """
    own = getattr(model, "TENANT_PATH", "").split("__")[0]
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey) or field.name == own:
            continue
        if hasattr(field.related_model, "TENANT_PATH"):
            yield field


def owner_id(row: models.Model) -> int | None:
    """Return the key of the training body to which `row` belongs, None while unsaid."""
    *steps, last = type(row).TENANT_PATH.split("__")  # type: ignore[attr-defined]
    current: Any = row
    for step in steps:
        if getattr(current, current._meta.get_field(step).attname) is None:
            return None
        current = getattr(current, step)
    owner: int | None = getattr(current, current._meta.get_field(last).attname)
    return owner


def refuse_foreign(row: models.Model) -> None:
    """Raise ValidationError, beside each key of `row` to a row of another body."""
    mine = owner_id(row)
    foreign = ValidationError("Es de otra entidad capacitadora.", code="foreign")
    named = ((field.name, getattr(row, field.name)) for field in named_rows(type(row)))
    problems = {
        name: foreign
        for name, other in named
        if mine is not None and other is not None and owner_id(other) != mine
    }
    if problems:
        raise ValidationError(problems)
