"""The verbs: one use case per file. Each takes a session and `now`, never commits, and knows no Flask."""
