"""Tests of re-planning from an earlier plan."""
