"""Tests of the optimiser's view of a scenario, on a small real sea."""
