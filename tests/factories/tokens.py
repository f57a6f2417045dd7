"""SENCE tokens for tests: whoever enrols somebody needs one too."""

import factory
from factory.django import DjangoModelFactory

from attendance.models import SenceToken
from tests.factories import NOW, SECRET
from tests.factories.core import TrainingBodyFactory


class SenceTokenFactory(DjangoModelFactory[SenceToken]):
    class Meta:
        model = SenceToken

    training_body = factory.SubFactory(TrainingBodyFactory)
    label = "Token de prueba"
    secret = SECRET
    last4 = factory.LazyAttribute(lambda token: token.secret[-4:])
    created_at = NOW
