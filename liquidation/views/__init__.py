"""What operators see and do of sworn statements."""
