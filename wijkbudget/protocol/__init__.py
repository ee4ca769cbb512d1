"""The voting protocol: sealed ballots, receipts, the public board, and the archive that anyone can check.

Pure values in, pure values out: no database, no clock, no web. The specification is docs/protocol.md.
"""
