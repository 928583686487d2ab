"""The recorder: a loopback proxy that notes which scopes a run really used, and nothing else of it."""
