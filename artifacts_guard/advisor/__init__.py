"""The least-scope advisor: per credential the scopes that are needed, a witness for each, and how to get there."""
