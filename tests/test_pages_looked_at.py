"""Every page is looked at in a browser (tests/browser/test_every_page.py)."""

import tests.browser.states  # noqa: F401 - keeps every state
from tests.browser.states.registry import STATES
from tests.browser.states.shown import NO_PAGE, shown
from tests.crawl.routes import routes

DEEDS = {
    *("account_logout", "end_sessions", "resend_invite"),
    *("user_access", "attendance:accept_export", "attendance:begin_class"),
    *("attendance:close", "attendance:end_class", "attendance:reconcile_again"),
    *("attendance:note_difference", "attendance:resolve_alert"),
    *("attendance:trust_token", "certificates:accept_batch"),
    *("certificates:resume_batch", "certificates:stop_batch"),
    *("courses:order_names", "courses:send_links"),
    *("dismiss_mail", "resend_mail", "take_mail_as_sent", "mail_not_arrived"),
    *("courses:make_calendar_address", "courses:remove_calendar_address"),
    *("liquidation:bring_back_paper", "liquidation:discard_paper"),
    *("liquidation:replace_paper", "liquidation:take_out_paper"),
    *("liquidation:link_papers", "liquidation:link_sent", "liquidation:revoke_link"),
}
FILES = {
    *("attendance:detail_csv", "attendance:detail_excel", "attendance:evidence"),
    *("attendance:reconciliation_csv", "attendance:reconciliation_excel"),
    *("attendance:sence_export", "attendance:total_csv", "attendance:total_excel"),
    *("attendance:whole_answer", "certificates:batch_archive"),
    *("certificates:decision_evidence", "certificates:download"),
    *("certificates:evidence", "certificates:office_evidence"),
    "certificates:office_answer",
    "courses:calendar_feed",
    *("courses:export_roster", "courses:roster_template", "courses:search_export"),
    *("liquidation:answer_evidence", "liquidation:link_pdf", "liquidation:link_zip"),
    *("liquidation:office_pdf", "liquidation:office_zip"),
    *("liquidation:build_pdf", "liquidation:build_zip"),
    *("liquidation:document", "liquidation:out_of_term_answer_document"),
    *("liquidation:out_of_term_request_document", "mfa_download_recovery_codes"),
    *("liquidation:paper_document", "liquidation:paper_preview"),
}
# parts of a page, ways through to one, what machines ask; what SENCE brings, whose
# pages are those of start_confirmed
OTHERS = {
    *("attendance:close_confirmed", "attendance:close_failed"),
    *("attendance:start_failed", "certificates:verify_unslashed"),
    *("account_login", "admin_password_change", "alive", "attendance:status"),
    *("courses:options", "health", "live"),
}


def test_every_state_is_noted_with_the_page_that_it_shows() -> None:
    assert set(shown()) == set(STATES), "see tests/browser/states/shown.py"


def test_every_page_is_looked_at_in_some_state() -> None:
    """axe, 320 px and the dark see what has a state, and nothing else."""
    names = {route.name for route in routes()}
    looked_at = set(shown().values()) - {NO_PAGE}
    assert looked_at <= names
    assert names - looked_at - DEEDS - FILES - OTHERS == set()
