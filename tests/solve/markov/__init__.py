"""The Markov target: evaluation, cuts, plans and the tree search."""
