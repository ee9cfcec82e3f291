"""The ground: settings, database, act, errors, calendar, files, jobs, PDF. No word of the trade."""
