"""What a citizen sees: the page behind a label, the story of a report, the finder. No account and no script needed."""
