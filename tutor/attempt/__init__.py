"""The records that every part shares: job, events, verdict, diff, timing. No torch, no Textual, no side effects."""
