"""The platform's models, one file a subject."""

from otec_portal.core.models.attachments import MailAttachment
from otec_portal.core.models.audit import AuditEntry
from otec_portal.core.models.health import Pulse, PulseOf
from otec_portal.core.models.mail import MailFailure, MailState, OutgoingEmail
from otec_portal.core.models.sign_in import SignInAttempt, UsedTotpStep
from otec_portal.core.models.training_bodies import (
    Membership,
    MembershipRegion,
    Role,
    TrainingBody,
)
from otec_portal.core.models.users import User
from otec_portal.core.workflow import TransitionLog

__all__ = [
    "AuditEntry",
    "MailAttachment",
    "MailFailure",
    "MailState",
    "Membership",
    "MembershipRegion",
    "OutgoingEmail",
    "Pulse",
    "PulseOf",
    "Role",
    "SignInAttempt",
    "TrainingBody",
    "TransitionLog",
    "UsedTotpStep",
    "User",
]
