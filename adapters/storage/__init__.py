"""Where tasks, points, deliveries and pictures are kept."""
