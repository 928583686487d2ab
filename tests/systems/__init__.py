"""What docs/systems.md says of each system, as cases: one file of YAML for each, and the commands for all of them.

`document` runs `@command@` with a secret, as $AGENT_ARTIFACTS_TOKEN.  A rule applies to a system when it finds
something in that document with the rule's command of `commands.yaml`, or else in a document of the system's own
(`rules`: a text, or several by path).  `without` says why the other rules do not apply.  Each claim of the adapter
has an entry in `understands` or `unresolved`: `files`, and what must come of them: findings as `path:line rule`
(`found`, none if it is not there), names that are `unresolved`, and `uses` of other people's code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
PUSH = 'artifacts push --no-input --private --project-slug a --file a.md'
# about text and comments of any file, and about keys that the service lists
EVERYWHERE = (
    *('committed-credentials', 'expired-ignore', 'possible-secret', 'unused-ignore'),
    *(
        'leaked-active-key',
        'over-granted-key',
        'stale-key',
        'orphan-key',
        'shared-live-key',
        'undeclared-key',
    ),
)


def load(name: str) -> Any:
    """The commands by rule, or what is said of one system."""
    return yaml.safe_load((FOLDER / f'{name}.yaml').read_text(encoding='utf-8').replace('@push@', PUSH))


def documents(said: dict[str, Any], rule: str, commands: dict[str, str]) -> dict[str, str]:
    """The documents in which a rule is to find something; none when there is no case for it."""
    document, own = said['document'], said.get('rules', {}).get(rule)
    if own is None:
        return (
            {document['path']: document['text'].replace('@command@', commands[rule])}
            if rule in commands
            else {}
        )
    return own if isinstance(own, dict) else {document['path']: own}
