"""Programs in Python and JavaScript: which commands of the service and which requests to it they make.

What they show of a token is not looked at (RULES.md, Readings).
"""
