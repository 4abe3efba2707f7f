"""Rows: the only package that knows SQL. Other packages use `Store`, `Transaction` and the aggregates on it."""
