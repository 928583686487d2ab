#!/usr/bin/env bash
# Run once by a person who is logged in; the token goes straight into the repository's secrets.
set -euo pipefail
artifacts keys create --name storefront-digest \
  --scopes artifacts:read,artifacts:create,artifacts:update,artifacts:delete \
  --format json \
  | jq -r .data.apiKey.token \
  | gh secret set ARTIFACTS_DIGEST_KEY --repo acme/storefront
