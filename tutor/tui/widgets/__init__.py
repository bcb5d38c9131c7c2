"""The widgets of the course screen. Each draws what it is handed and decides nothing."""
