"""What every test shares."""

from __future__ import annotations

from hypothesis import settings

# The same examples every time, however slow the machine is. --hypothesis-profile=explore looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1_000, deadline=None)
settings.load_profile("repeatable")
