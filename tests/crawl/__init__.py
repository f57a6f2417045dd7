"""Every address of the portal, found by itself, asked by anybody."""
