"""The composition root: the only package that knows everything and reads the environment."""

__version__ = "0.1.0"
