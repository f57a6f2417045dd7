"""What a certificate would say today, and what stands for all that a summary shows."""

from dataclasses import asdict

from certificates.rules import Facts, Order, cautions
from certificates.snapshot import Certified, Content, Named, as_text, digest
from courses.models import Company, Intermediary, Line
from otec_portal.core.tabular.tables import clean


def content_of(facts: Facts, order: Order) -> Content:
    """Return what the certificate of `facts` by `order` says.

    Whatever came into names before forms and imports were tidy is not printed.
    """
    action, course = facts.action, facts.action.course
    body = course.training_body
    return Content(
        programme=Line(action.line).label,
        activity=action.get_activity_type_display(),
        training_body=Named(clean(body.name), body.rut),
        company=_named(action.company),
        intermediary=_named(action.intermediary),
        course=clean(course.name),
        sence_code=course.sence_code,
        action_code=clean(action.action_code),
        hours=f"{course.hours.normalize():f}" if course.hours else "",
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        real_starts_on=order.real_starts_on,
        real_ends_on=order.real_ends_on,
        billing_reference=order.billing_reference,
        justification=order.justification,
        signatory=Named(clean(body.signatory_name), body.signatory_rut),
        participants=[
            Certified(
                one.run, clean(one.name), one.per_cent, adjusted=bool(one.adjusted)
            )
            for one in facts.people
            if one.per_cent is not None
        ],
    )


def _named(row: Company | Intermediary | None) -> Named | None:
    return Named(clean(row.name), row.rut) if row else None


def digest_of(facts: Facts, order: Order) -> str:
    """Stand for what a summary shows: what is printed, what is warned of, what it is
    worth. Of nothing that moves with the clock alone, or nobody could ever accept.

    Whoever accepts sends it back: had anything changed meanwhile, it is another one.
    """
    told = {
        "content": content_of(facts, order).told,
        "people": [
            (one.run, one.name, one.per_cent, one.adjusted) for one in facts.people
        ],
        "threshold": facts.threshold,
        "levels": [(one.level, one.seconds) for one in facts.levels],
        "cautions": [asdict(one) for one in cautions(facts, order)],
    }
    return digest(as_text(told))
