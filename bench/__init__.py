"""Benchmarks against peers and against the limit; never timed tests."""
