"""A small fictional training body to try the portal with."""
