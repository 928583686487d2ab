#!/usr/bin/env bash
set -euo pipefail
export AGENT_ARTIFACTS_NO_INPUT=1
buildkite-agent artifact upload "$1" --token "$BUILDKITE_AGENT_ACCESS_TOKEN"
artifacts push --private --project-slug reports --file "$1" --token="$KEY"
