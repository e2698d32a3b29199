"""Wind, waves, visibility and ice over the plan, at the middles of the cells."""
