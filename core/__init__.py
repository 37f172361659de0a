"""The domain: generation, points, delivery and commands, free of platforms, drivers and environment."""
