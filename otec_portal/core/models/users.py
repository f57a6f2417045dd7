"""People with a password of ours: they sign in with their RUT."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from otec_portal.core.email_field import LowerCaseEmailField
from otec_portal.core.rut import RutField, display, is_valid, normalise, rut_constraint


class UserManager(BaseUserManager["User"]):
    """Finds and makes users by RUT, however typed."""

    def get_by_natural_key(self, username: str | None) -> "User":
        rut = username or ""
        return self.get(rut=normalise(rut) if is_valid(rut) else rut)

    def create_user(self, rut: str, password: str | None = None, **more: Any) -> "User":
        """Make a user with a hashed password. Raises ValueError for a wrong RUT."""
        user = self.model(rut=normalise(rut), **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, rut: str, password: str | None = None, **more: Any
    ) -> "User":
        """Make a user who may use Django's admin: staff of the installation."""
        return self.create_user(
            rut, password, **{**more, "is_staff": True, "is_superuser": True}
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person who operates the portal. Participants are not users."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rut = RutField("RUT", unique=True)
    full_name = models.CharField("nombre", max_length=150)
    email = LowerCaseEmailField("correo", blank=True)
    is_active = models.BooleanField("activo", default=True)
    is_staff = models.BooleanField("personal de la instalación", default=False)
    last_membership = models.ForeignKey(
        "core.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="último perfil elegido",
    )
    email_link_version = models.PositiveIntegerField(
        "versión del enlace para cambiar el correo",
        default=0,
        editable=False,
        help_text="Al aumentarla dejan de servir los enlaces pedidos antes.",
    )
    joined_at = models.DateTimeField("creado", default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "rut"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "usuario"
        constraints = [
            rut_constraint("core_user_rut_has_its_form"),
            models.UniqueConstraint(
                name="core_user_email_belongs_to_one",
                fields=["email"],
                condition=~models.Q(email=""),
                violation_error_message="Ya hay un usuario con este correo.",
            ),
            models.CheckConstraint(
                name="core_user_email_in_lower_case",
                condition=models.Q(email=Lower("email")),
                violation_error_message="El correo se guarda en minúsculas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({display(self.rut)})"

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0]
