"""Who may open what: every address of the portal, room by room."""

from tests.matrix import (
    attendance,
    certificates,
    core,
    courses,
    deliveries,
    liquidation,
)
from tests.matrix.kinds import Scene

ROOMS = (core, courses, attendance, certificates, liquidation, deliveries)
MATRIX = {name: kind for room in ROOMS for name, kind in room.WHO.items()}
# what is done by a button, and has no page of its own
POSTED = {name for room in ROOMS for name in getattr(room, "POSTED", ())}
OF_NO_REGION = {
    "attendance:resolve_alert",
    "courses:course",
    "courses:edit_course",
    "courses:edit_company",
    "courses:edit_intermediary",
}
OF_NOBODY = {"home", "choose_membership", "components_gallery"}
# the courses and institutions of the training body, whoever runs them where
LISTS_OF_NO_REGION = {
    "courses:catalogue",
    "courses:companies",
    "courses:intermediaries",
    "courses:new_action",
    "courses:options",
}


def arguments(scene: Scene) -> dict[str, list[object]]:
    """What stands in every address, with ids of `scene`'s training body."""
    return {
        name: args for room in ROOMS for name, args in room.arguments(scene).items()
    }
