"""The screens of the TUI: the course, and the modal ones that ask, explain or show a solution."""
