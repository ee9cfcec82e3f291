"""What ``facility`` can do: one module for each command, its heavy imports inside the function that runs."""
