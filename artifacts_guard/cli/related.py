"""What a staged file is connected with: the files that it calls, and the pipelines that may call it.

A rough answer in a few milliseconds, for the short way of the hook: when in doubt, connected.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.inputs.git import Objects

_MANY = 200  # files that others call: above, the answer would come no sooner

# files that neither are pipelines, scripts or recipes nor call any
_SOURCES = frozenset((
    'adoc', 'avif', 'bmp', 'c', 'cc', 'cpp', 'cs', 'css', 'csv', 'cxx', 'dart', 'eot', 'ex', 'exs', 'fs', 'gif', 'go', 'h', 'hh',
    'hpp', 'hs', 'html', 'ico', 'ini', 'ipynb', 'java', 'jpeg', 'jpg', 'js', 'json', 'jsx', 'kt', 'less', 'lock', 'lua', 'm', 'md',
    'mdx', 'mjs', 'mm', 'mo', 'otf', 'pdf', 'php', 'pl', 'png', 'po', 'proto', 'py', 'pyi', 'r', 'rb', 'rs', 'rst', 'scala', 'scss',
    'snap', 'sql', 'sum', 'svelte', 'svg', 'swift', 'ts', 'tsv', 'tsx', 'ttf', 'txt', 'vue', 'webp', 'woff', 'woff2', 'xml', 'zig',
))  # fmt: skip
_RECIPES = ('package.json', 'composer.json', 'noxfile.py', 'tox.ini')
# where pipelines and recipes stand: folders of the root, and words in names of files there
_FOLDERS = frozenset((
    '.buildkite', '.circleci', '.forgejo', '.gitea', '.github', '.gitlab', '.semaphore', '.tekton', '.woodpecker',
    'azure-pipelines', 'ci', '.ci', 'pipelines', '.azure-pipelines', '.azuredevops',
))  # fmt: skip
_FILES = (
    'appveyor', 'bitbucket-pipelines', 'buildspec', 'cloudbuild', 'compose', 'crontab', 'drone', 'gitlab-ci', 'jenkinsfile',
    'justfile', 'makefile', 'noxfile', 'package.json', 'pipeline', 'pipfile', 'playbook', 'semaphore', 'taskfile', 'travis', 'woodpecker', '.mk', '.service', '.timer',
)  # fmt: skip

# what a command has to be followed by, to be a call of the files named
_PROGRAMS = {
    b'make': ('Makefile', 'makefile', 'GNUmakefile'),
    b'just': ('justfile', 'Justfile', '.justfile'),
    b'task': ('Taskfile.yml', 'Taskfile.yaml'),
    b'nox': ('noxfile.py',),
    b'tox': ('tox.ini',),
    b'pipenv': ('Pipfile',),
    **dict.fromkeys((b'pdm', b'poe', b'poetry', b'hatch', b'rye'), ('pyproject.toml',)),
    **dict.fromkeys((b'npm', b'npx', b'pnpm', b'yarn', b'bun', b'node'), ('package.json',)),
}
_FOLDER_FILES = ('action.yml', 'action.yaml', 'Makefile', 'package.json')
_NAME = b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./+@'
_SPACES = bytes(code if code in _NAME else 32 for code in range(256))


def takes_part(path: str) -> bool:
    """Whether a file can be a pipeline, a script or a recipe, by its name."""
    name = path.rpartition('/')[2]
    return name in _RECIPES or '.' not in name[1:] or name.rpartition('.')[2].lower() not in _SOURCES


def is_called_by_ours(objects: Objects, known: Iterable[str]) -> bool:
    """Whether a pipeline mentions the service, so that it may call what is staged; yes when there are very many.

    `known` files don't.
    """
    seen = set(known)
    for count, path in enumerate(_pipelines()):
        if count > _MANY or (path not in seen and _is_ours(objects, path)):
            return True
    return False


def _pipelines() -> Iterator[str]:
    """Files of the working tree that are pipelines or recipes by their place."""
    stack = ['']
    while stack:
        folder = stack.pop()
        try:
            entries = list(os.scandir(folder or os.curdir))
        except OSError:
            continue
        for entry in entries:
            path = f'{folder}/{entry.name}' if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if folder or entry.name in _FOLDERS:
                    stack.append(path)
            elif takes_part(path) and (folder or any(word in entry.name.lower() for word in _FILES)):
                yield path


def _is_ours(objects: Objects, path: str) -> bool:
    """Whether a file of the index mentions the service."""
    from artifacts_guard.credentials.gate import mentions_service

    found = objects.content(f':{path}') if '\n' not in path else None
    return found is not None and mentions_service(found[0])


def calls_ours(objects: Objects, files: dict[str, bytes], known: Iterable[str]) -> bool:
    """Whether files call, directly or through others, one that mentions the service; yes when they call very many.

    `known` files don't.
    """
    from artifacts_guard.credentials.gate import mentions_service

    stack = list(files.items())
    seen = set(known)
    left = _MANY
    while stack:
        path, data = stack.pop()
        for other in _called_by(path, data):
            if other in seen or not os.path.isfile(other):
                continue
            seen.add(other)
            found = objects.content(f':{other}')
            if found is None:
                continue  # only in the working tree: nothing that is committed can call it
            left -= 1
            if left < 0 or mentions_service(found[0]):
                return True
            if takes_part(other):
                stack.append((other, found[0]))
    return False


def _called_by(path: str, data: bytes) -> Iterator[str]:
    """Paths that the words of a file can mean: from the root, from its own folder, or what a program reads."""
    folder = path.rpartition('/')[0]
    for word in dict.fromkeys(data.translate(_SPACES).split()):
        if word in _PROGRAMS:
            yield from _PROGRAMS[word]
        elif (b'/' in word or b'.' in word) and len(word) < 500:
            name = word.decode('ascii').lstrip('/')
            for place in (name, f'{folder}/{name}') if folder else (name,):
                clean = os.path.normpath(place).replace(os.sep, '/')
                if clean.startswith('..'):
                    continue
                yield clean
                if os.path.isdir(clean):
                    yield from (f'{clean}/{file}' for file in _FOLDER_FILES)
