"""Makes the keys, run by hand."""

import json
import subprocess


def make(name, scopes, secret):
    made = subprocess.run(
        ['artifacts', 'keys', 'create', '--name', name, '--scopes', scopes],
        check=True,
        capture_output=True,
    )
    token = json.loads(made.stdout)['data']['apiKey']['token']
    subprocess.run(['gh', 'secret', 'set', secret], input=token, check=True)


make('report', 'artifacts:create,artifacts:delete', 'REPORT_KEY')
make('share', 'artifacts:read,artifacts:share', 'SHARE_KEY')
make('old', 'artifacts:write', 'OLD_KEY')
