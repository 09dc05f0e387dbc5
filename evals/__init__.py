"""Measurements: cases, metrics, runs and peers. Depends on rag, never the other way."""
