"""Generated cases take as long as a busy machine needs."""

from hypothesis import settings

settings.register_profile("statistics", deadline=None, max_examples=40)
settings.load_profile("statistics")
