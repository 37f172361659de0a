"""Commands: declared once, rendered by every platform."""
