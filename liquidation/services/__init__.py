"""What is done to declarations, each deed in one transaction."""
