"""The warm process that holds torch: its server, its supervision of judges, and the client that faces use."""
