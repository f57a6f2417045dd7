"""Faults injected for real: processes killed, servers that stall, a full disk."""
