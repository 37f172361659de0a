"""Generation: requests, tasks, their lifecycle, and the service that moves them through it."""
