"""Measurements: suites, data sets, results and peers. Depends on rag, never the other way."""
