"""The command line: Typer commands and their printing. Never imports torch; nothing but `tutor.__main__` imports it."""
