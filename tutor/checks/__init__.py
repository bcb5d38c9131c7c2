"""What check authors import."""
