"""People, accounts, mails: who may open what."""

from otec_portal.core.models import Role
from tests.factories.core import MembershipFactory, OutgoingEmailFactory
from tests.matrix.kinds import ANYONE, NATIONAL, OPERATOR, OWN, REVIEWER, Scene

WHO = {
    "home": OPERATOR,
    "live": OPERATOR,
    "login": ANYONE,
    "account_login": ANYONE,
    "mfa_authenticate": ANYONE,
    "account_inactive": ANYONE,
    "logout": ANYONE,
    "account_logout": ANYONE,
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": ANYONE,
    "account_reset_password_from_key_done": ANYONE,
    "confirm_new_email": ANYONE,
    "offer": ANYONE,
    "account": OWN,
    "change_email": OWN,
    "end_sessions": OWN,
    "answer_offer": OWN,
    "account_change_password": OWN,
    "account_reauthenticate": OWN,
    "mfa_reauthenticate": OWN,
    "mfa_activate_totp": OWN,
    "mfa_deactivate_totp": OWN,
    "mfa_view_recovery_codes": OWN,
    "mfa_generate_recovery_codes": OWN,
    "mfa_download_recovery_codes": OWN,
    "admin_password_change": OWN,
    "users": NATIONAL,
    "invite_user": NATIONAL,
    "user": NATIONAL,
    "correct_user": NATIONAL,
    "add_profile": NATIONAL,
    "user_access": NATIONAL,
    "resend_invite": NATIONAL,
    "reset_second_factor": NATIONAL,
    "profile_regions": NATIONAL,
    "remove_profile": NATIONAL,
    "training_body": NATIONAL,
    "history": NATIONAL,
    "mails": REVIEWER,
    "mail": REVIEWER,
    "resend_mail": REVIEWER,
    "take_mail_as_sent": REVIEWER,
    "mail_not_arrived": REVIEWER,
    "dismiss_mail": REVIEWER,
    "system": NATIONAL,
    "health": ANYONE,
    "choose_membership": OPERATOR,
    "components_gallery": OPERATOR,
    "alive": ANYONE,
}
POSTED = {
    "end_sessions",
    "logout",
    "dismiss_mail",
    "resend_invite",
    "resend_mail",
    "take_mail_as_sent",
    "mail_not_arrived",
    "user_access",
}


def arguments(scene: Scene) -> dict[str, list[object]]:
    """What stands in the addresses of the portal itself."""
    colleague = MembershipFactory(
        training_body=scene.body,
        role=Role.REGIONAL_ADMIN,
        user__full_name="Ñusta Colega",
    )
    letter = OutgoingEmailFactory(
        training_body=scene.body, region="ML", subject="Ñusta", plain=True
    )
    return {
        "mail": [letter.public_id],
        "resend_mail": [letter.public_id],
        "take_mail_as_sent": [letter.public_id],
        "mail_not_arrived": [letter.public_id],
        "dismiss_mail": [letter.public_id],
        "account_reset_password_from_key": ["1", "a-b"],
        "confirm_new_email": ["signed"],
        "offer": ["signed"],
        "answer_offer": ["signed"],
        "user": [colleague.user.public_id],
        "correct_user": [colleague.user.public_id],
        "add_profile": [colleague.user.public_id],
        "user_access": [colleague.user.public_id],
        "resend_invite": [colleague.user.public_id],
        "reset_second_factor": [colleague.user.public_id],
        "profile_regions": [colleague.public_id],
        "remove_profile": [colleague.public_id],
    }
