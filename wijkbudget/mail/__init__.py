"""Mail: what it says (messages, pure) and how it leaves (smtp)."""
