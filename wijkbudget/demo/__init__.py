"""The demonstration: fictional people and plans, and a clock that can be moved on."""
