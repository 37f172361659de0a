"""Benchmarks: every figure is compared with something measured in the same run."""
