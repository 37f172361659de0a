"""Intake: what a platform has handed over and has not been answered yet."""
