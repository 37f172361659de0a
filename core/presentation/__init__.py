"""Presentation: what is said to people, not how it looks."""
