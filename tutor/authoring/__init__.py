"""What instructors use: building starters and proving that checks are strong."""
