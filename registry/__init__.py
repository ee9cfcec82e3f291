"""What the city owns: kinds, assets, places, organisations, condition and service history."""
