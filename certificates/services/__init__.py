"""Deeds of certificates, each in one transaction."""
