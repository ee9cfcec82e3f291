"""When it is done: plans, recurrence and the clock."""
