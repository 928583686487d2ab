"""Policy and secret-hygiene linter for pipelines that use Agent Artifacts."""

__version__ = '0.1.0'
HOME = 'https://github.com/agent-artifacts/artifacts-guard'
