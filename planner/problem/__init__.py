"""From a scenario and its sea to immutable arrays for the optimiser."""
