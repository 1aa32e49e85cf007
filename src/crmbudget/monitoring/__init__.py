"""What was spent, held against the budget."""
