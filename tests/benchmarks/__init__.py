"""Comparisons with other planners and with published results; see each module."""
