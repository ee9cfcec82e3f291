"""Between the socket and the pages: frame, errors, sign-in of each request, static files, idempotency."""
