"""Adapters: each joins one library or platform to a port of core, and none knows another."""
