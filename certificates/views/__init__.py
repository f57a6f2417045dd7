"""What people see of certificates."""
