"""The Typer commands and their printing. Never imports torch."""
