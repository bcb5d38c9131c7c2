"""The Textual face: `tutor start`. Never imports torch, never runs an attempt itself; `tutor.tui.app` is the door."""
