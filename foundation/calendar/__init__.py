"""The calendar: official holidays, make-up working days, office hours and the clock of time limits."""
