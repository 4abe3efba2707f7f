from pathlib import Path

import pytest

from app.profile import load
from cases.profile import Profile
from classify.classifier import SHIPPED, Classifier


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load(Path(__file__).parents[2] / "profiles" / "mon-permis")


@pytest.fixture(scope="session")
def classifier(profile: Profile) -> Classifier:
    return Classifier.load(SHIPPED, profile)
