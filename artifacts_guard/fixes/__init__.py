"""Fixes: edits of single spans that repair a finding, tried out on the whole tree before they count."""
