"""Where Regie keeps what it knows: one set of statements for SQLite and Postgres."""
