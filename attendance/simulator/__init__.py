"""A stand-in for sistemas.sence.cl, for development, demonstrations and tests.

It behaves as the integration manual says (seeds/003, and edition 1.1.6) and shares
nothing with the portal but the wire names in `attendance.sence.wire`.
"""
