"""What a plan may say, and how it is read."""
