"""What the engines that are reached over HTTP share."""
