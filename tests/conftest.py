"""One profile for every generated test: the same examples on every machine, and no clock."""

import pytest
from hypothesis import HealthCheck, settings

from crmbudget import wording

settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("thorough", settings.get_profile("ci"), derandomize=False, max_examples=2000)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _reads_english():
    """Each test begins with a reader of English, whatever the one before it read."""
    yield
    wording.read_in("en")
