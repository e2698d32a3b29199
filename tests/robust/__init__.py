"""Everything that reads from users, tried on what users should not write."""
