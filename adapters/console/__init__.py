"""The console: chat with Easel in a terminal, or give it commands through a pipe."""
