"""One page of HTML that needs nothing else, to read, print and attach to a ticket (the only importer of jinja2).

Text from input goes through two nets, both for every value that the template writes: `visible` (nothing in it
can hide or move other text) and jinja2's escaping.  Should markup get through all the same, the content security
policy lets nothing run and nothing load but the page's own style and script, which it names by their hashes:
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
"""

from __future__ import annotations

import os

from artifacts_guard.reports.html.view import page
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options

_FOLDER = os.path.dirname(__file__)


def render(report: Report, options: Options) -> str:
    from jinja2 import Environment
    from jinja2 import StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style, script = _file('page.css'), _file('page.js')
    return environment.from_string(_file('page.html')).render(
        page=page(report, options),
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
    )


def _finalized(value: Any) -> Any:
    # markup is a subclass of str: what the template itself has made
    return visible(value) if type(value) is str else value


def _policy(style: str, script: str) -> str:
    sources = f'style-src {_source(style)}; script-src {_source(script)}'
    return f"default-src 'none'; {sources}; base-uri 'none'; form-action 'none'"


def _source(text: str) -> str:
    from base64 import b64encode
    from hashlib import sha256

    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _file(name: str) -> str:
    with open(os.path.join(_FOLDER, name), encoding='utf-8', newline='') as stream:
        return stream.read()
