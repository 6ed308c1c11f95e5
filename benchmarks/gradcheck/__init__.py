"""The gradient check beside others: what each catches, whom it accuses, how long it takes."""
