"""What a course is: manifest, statement, claims, starter making. Knows nothing of how an attempt runs."""
