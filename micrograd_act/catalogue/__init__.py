"""What an activation does to numbers and gradients: its card, and the check of a user's own."""
