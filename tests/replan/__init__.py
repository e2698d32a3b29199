"""Tests of planning anew."""
