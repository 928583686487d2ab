"""Results made by hand, for the tests of reports."""

from __future__ import annotations

from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Finding
from artifacts_guard.findings.finding import Fix
from artifacts_guard.findings.finding import Related
from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.findings.finding import Suppression
from artifacts_guard.findings.finding import Taken
from artifacts_guard.findings.ruletext import RuleText
from artifacts_guard.secret import Secret
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.tokens import api_key

WORKFLOW = """\
name: publish
on:
  push:
    branches: [main]
env:
  AGENT_ARTIFACTS_NO_INPUT: "1"
jobs:
  publish:
    runs-on: [self-hosted, linux]
    steps:
      - uses: actions/checkout@v4
      - name: Publish
        env:
          KEY: ${{ secrets.ARTIFACTS_PUBLISH_KEY }}
        run: |
          make report.md
          artifacts push --private --project-slug reports --file report.md --token "$KEY"
          artifacts push --project-slug b --file other.md --token "$KEY"
      - name: Again
        run: ./tools/publish.sh "${{ secrets.ARTIFACTS_PUBLISH_KEY }}"
"""

SCRIPT = """\
#!/bin/sh
set -eu
artifacts artifact update \\
  --artifact-id "$(cat id)" \\
  --token "$1"
# artifacts-guard: ignore[public-push] because the page is public
artifacts push --project-slug page --file page.md
"""

NOTES = 'Our key for the sandbox:\n\n    export AGENT_ARTIFACTS_TOKEN=@TOKEN@ # valid\n'

RULES = {
    'token-flag': RuleText(
        'token-flag',
        'Token given as a flag of the CLI',
        'Every user of the host can read the arguments of every process.',
        'Leave out `--token`.',
        'https://example.invalid/rules/token-flag',
        '8.0',
        ('security', 'credentials'),
        'error',
    ),
    'committed-token': RuleText(
        'committed-token',
        'Token in a tracked file',
        'Whoever can read the repository can use it.',
        'Revoke the key.',
        'https://example.invalid/rules/committed-token',
        '9.0',
        ('security',),
        'error',
    ),
    'public-push': RuleText(
        'public-push', 'Push that publishes to everyone', level='warning', precision='medium'
    ),
}

WHY = """\
Every user of the host can read the arguments of every process, with `ps` or in /proc, for as long as the command \
runs. This runner is shared with other jobs.

- process accounting keeps them
- so do monitoring agents, and those send them to machines that nobody thinks of when a key is rotated
"""

ADVICE = """\
Leave out `--token`: the CLI reads the variable by itself.

    env:
      AGENT_ARTIFACTS_TOKEN: ${{ secrets.ARTIFACTS_PUBLISH_KEY }}
"""


def place(document: Document, text: str, number: int = 0) -> Place:
    """The place of a text in a document, counted from 0 where it stands there more than once."""
    at = document.text.index(text)
    for _ in range(number):
        at = document.text.index(text, at + 1)
    return Place(document, Span(at, at + len(text)))


def finding(place: Place, rule: str = 'token-flag', level: str = 'error', **fields: object) -> Finding:
    given = {'confidence': 'high', 'message': f'{rule} holds here', **fields}
    return Finding(rule, level, place=place, **given)


def publish() -> Result:
    """One of everything: a workflow, the script it calls, a document with a token."""
    workflow = Document('.github/workflows/publish.yml', WORKFLOW)
    script = Document('tools/publish.sh', SCRIPT)
    token = api_key('reports')
    notes = Document('docs/notes.md', NOTES.replace('@TOKEN@', token))
    bound = Related('secret bound here', place(workflow, 'KEY: ${{ secrets.ARTIFACTS_PUBLISH_KEY }}'))
    host = Related('the host is shared', place(workflow, '[self-hosted, linux]'))
    flag = '`artifacts push` is given the secret ARTIFACTS_PUBLISH_KEY as `--token`'
    first, second = (place(workflow, '--token "$KEY"', number) for number in (0, 1))
    findings = (
        finding(
            first,
            message=flag,
            why=WHY,
            advice=ADVICE,
            job='publish',
            identity='artifacts push --token ARTIFACTS_PUBLISH_KEY',
            trail=(bound, host, Related('becomes an argument here', first)),
        ),
        finding(
            second,
            message=flag,
            why=WHY,
            advice=ADVICE,
            job='publish',
            identity='artifacts push --token ARTIFACTS_PUBLISH_KEY',
            trail=(bound, host, Related('becomes an argument here', second)),
            note='the ignore comment on line 17 expired on 2025-01-31',
        ),
        finding(
            place(script, '--token "$1"'),
            message='`artifacts artifact update` is given the secret ARTIFACTS_PUBLISH_KEY as `--token`',
            why='Every user of the host can read the arguments of every process.',
            advice='Leave out `--token`.',
            callers=('publish', 'nightly', 'release', 'preview', 'docs'),
            identity='artifacts artifact update --token ARTIFACTS_PUBLISH_KEY',
            trail=(
                Related('secret pasted here', place(workflow, '"${{ secrets.ARTIFACTS_PUBLISH_KEY }}"')),
                Related('called by job publish', place(workflow, './tools/publish.sh')),
                Related('the host is shared', place(workflow, '[self-hosted, linux]')),
                Related('first argument of the script', place(script, '#!/bin/sh')),
                Related('becomes an argument here', place(script, '--token "$1"')),
            ),
        ),
        finding(
            place(notes, token),
            'committed-token',
            message='An API key of the service is written here',
            why='Whoever can read the repository can use it.',
            advice='Revoke the key, then remove it.',
            identity='fingerprint',
        ),
        finding(
            place(workflow, 'artifacts push', 1),
            'public-push',
            'warning',
            message='This push publishes to everyone',
            confidence='low',
            note='`--private` may come from a variable',
            fix=Fix(
                'add `--private`', (Edit(place(workflow, 'artifacts push', 1), 'artifacts push --private'),)
            ),
        ),
        finding(
            place(workflow, 'artifacts push', 1),
            'unpreviewed-mutation',
            'note',
            message='A proposal runs this without `--dry-run`',
            confidence='medium',
        ),
    )
    comment = place(script, '# artifacts-guard: ignore[public-push] because the page is public')
    hidden = finding(
        place(script, 'artifacts push'),
        'public-push',
        'warning',
        message='This push publishes to everyone',
        suppression=Suppression('inline', 'the page is public', comment),
    )
    return Result(
        findings,
        (hidden,),
        taken=(
            Taken('.github/workflows/publish.yml', 'github', 'workflow', 1),
            Taken('tools/publish.sh', 'shell', 'script', 0),
            Taken('tools/x.yml', '', '', 0, 'no CI system writes such a file'),
        ),
        skipped=(
            Skipped('assets/logo.png', 'binary file', fatal=False),
            Skipped('locked.yml', 'permission denied'),
        ),
        files=212,
        size=1_312_000,
        notes=(
            '`uses: org/repo/.github/workflows/x.yml@main` lies outside this tree: what it does is not known',
        ),
        redactions=(('docs/notes.md', place(notes, token).span, str(Secret(token, 'aa_k_'))),),
    )


def nothing() -> Result:
    return Result((), files=3, size=120)
