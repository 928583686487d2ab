"""Policy and secret-hygiene linter for pipelines that use Agent Artifacts."""

__version__ = '0.1.0'
