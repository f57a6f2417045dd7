"""The packet as files: what it holds, its index, one merged PDF, one ZIP."""
