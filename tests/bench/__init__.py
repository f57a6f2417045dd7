"""Measurements (docs/bench.md). Not part of the test run."""
