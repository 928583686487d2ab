"""Talking to the service: one client, the token it uses, what is checked before anything is sent, publishing, keys."""
