"""Courses, actions, rosters, reminders: who may open what."""

from tests.courses.roster.desk import uploaded
from tests.courses.roster.sources import ANAS
from tests.factories.courses import (
    CompanyFactory,
    IntermediaryFactory,
    RosterImportFactory,
)
from tests.matrix.kinds import (
    ANYONE,
    EDITOR,
    NATIONAL,
    OPERATOR,
    REVIEWER,
    TEACHER,
    UPLOADER,
    Scene,
)

WHO = {
    "courses:search": OPERATOR,
    "courses:search_export": OPERATOR,
    "courses:calendar": OPERATOR,
    "courses:calendar_address": OPERATOR,
    "courses:make_calendar_address": TEACHER,
    "courses:remove_calendar_address": TEACHER,
    "courses:calendar_feed": ANYONE,
    "courses:my_reminders": REVIEWER,
    "courses:reminders": NATIONAL,
    "courses:roster": OPERATOR,
    "courses:export_roster": REVIEWER,
    "courses:enrol": REVIEWER,
    "courses:edit_enrolment": REVIEWER,
    "courses:remove_enrolment": REVIEWER,
    "courses:roster_template": REVIEWER,
    "courses:import_roster": REVIEWER,
    "courses:undo_import": REVIEWER,
    "courses:preview_import": UPLOADER,
    "courses:correct_line": UPLOADER,
    "courses:order_names": UPLOADER,
    "courses:apply_import": UPLOADER,
    "courses:links": REVIEWER,
    "courses:send_links": REVIEWER,
    "courses:link_sheet": REVIEWER,
    "courses:regenerate_link": REVIEWER,
    "courses:catalogue": OPERATOR,
    "courses:course": OPERATOR,
    "courses:new_course": EDITOR,
    "courses:edit_course": EDITOR,
    "courses:new_action": EDITOR,
    "courses:in_test": OPERATOR,
    "courses:not_ready": OPERATOR,
    "courses:action_history": OPERATOR,
    "courses:action": OPERATOR,
    "courses:edit_action": EDITOR,
    "courses:switch_environment": EDITOR,
    "courses:options": EDITOR,
    "courses:companies": OPERATOR,
    "courses:new_company": EDITOR,
    "courses:edit_company": EDITOR,
    "courses:intermediaries": OPERATOR,
    "courses:new_intermediary": EDITOR,
    "courses:edit_intermediary": EDITOR,
}
POSTED = {
    "courses:apply_import",
    "courses:link_sheet",
    "courses:make_calendar_address",
    "courses:order_names",
    "courses:remove_calendar_address",
    "courses:send_links",
}


def arguments(scene: Scene) -> dict[str, list[object]]:
    """What stands in the addresses of courses."""
    enrolment, action = scene.enrolment, scene.action
    company = CompanyFactory(training_body=scene.body, name="Ñusta Ltda.")
    intermediary = IntermediaryFactory(training_body=scene.body, name="OTIC Ñusta")
    upload = uploaded(action, ANAS)
    done = RosterImportFactory(action=action)
    return {
        "courses:calendar_feed": ["de-nadie"],
        "courses:roster": [action.public_id],
        "courses:export_roster": [action.public_id],
        "courses:enrol": [action.public_id],
        "courses:import_roster": [action.public_id],
        "courses:links": [action.public_id],
        "courses:send_links": [action.public_id],
        "courses:link_sheet": [action.public_id],
        "courses:edit_enrolment": [enrolment.public_id],
        "courses:remove_enrolment": [enrolment.public_id],
        "courses:regenerate_link": [enrolment.public_id],
        "courses:undo_import": [done.public_id],
        "courses:preview_import": [upload.public_id],
        "courses:correct_line": [upload.public_id, 2],
        "courses:order_names": [upload.public_id],
        "courses:apply_import": [upload.public_id],
        "courses:course": [action.course.public_id],
        "courses:edit_course": [action.course.public_id],
        "courses:action": [action.public_id],
        "courses:action_history": [action.public_id],
        "courses:edit_action": [action.public_id],
        "courses:switch_environment": [action.public_id],
        "courses:options": ["empresas"],
        "courses:edit_company": [company.public_id],
        "courses:edit_intermediary": [intermediary.public_id],
    }
