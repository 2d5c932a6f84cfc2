"""Settings for every test: found examples are the same on every run, and slow machines fail no law."""

from datetime import timedelta

from hypothesis import HealthCheck, settings

settings.register_profile(
    "default", derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
# For a long look by hand: pytest --hypothesis-profile=search
settings.register_profile("search", deadline=timedelta(seconds=10), max_examples=5_000)
settings.load_profile("default")
