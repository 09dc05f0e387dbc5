"""Peers that Whosaid is measured against, in the same run."""
