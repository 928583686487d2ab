"""Whether bytes could matter at all, told by fixed strings: what every file is asked first.

Imports nothing and builds nothing, so that a hook can ask it before anything else is loaded.  Both
questions are answered too generously rather than too strictly: the engine looks closer.

All forms of a token but one share short stems: `aa_` itself and what base64, hex and the other
encodings make of it, at each alignment.  In UTF-16 and UTF-32 the same stems stand with NULs between.
"""

from __future__ import annotations

# `aa` and the ways in which an underscore can follow it, or a continued line.
PLAIN = (b'aa_', b'aa%5', b'aa%255', b'aa\\', b'aa&', b'aa=5')

# The three characters encoded themselves: percent, \x, \u{}, HTML, quoted-printable, hex; \u; octal.
# First what is left of two or three of them when only capitals and digits are kept, then the stems.
_ESCAPED: tuple[tuple[bytes, tuple[bytes, ...]], ...] = (
    (b'6161', (b'%61%61', b'x61\\', b'u{61}\\', b'#x61;&', b'=61=61', b'61615f', b'61615F')),
    (b'61X61', (b'#X61;&',)),
    (b'25612561', (b'%2561%2561',)),
    (b'00610061', (b'u0061\\',)),
    (b'000061U000', (b'U00000061\\',)),
    (b'9797', (b'#97;&',)),
    (b'097097', (b'#097;&',)),
    (b'141141', (b'\\141\\141', b'\\141\\\\141')),
)

# base64 of `aa_` at its three alignments, then of these again, of UTF-16, and of a gzip header
# (once and twice).  The number is how many characters of the group of four stand before the stem.
BASE64_STEMS: tuple[tuple[str, int], ...] = (
    ('YWFf', 0), ('FhX2', 2), ('hYV9', 3),
    ('WVdGZ', 0), ('lXRm', 2), ('ZV0Zm', 3), ('RmhYM', 0), ('ZoWD', 2), ('GaFgy', 3), ('aFlWO', 0), ('hZVj', 2), ('oWVY5', 3),
    ('YQBhAF8A', 0), ('EAYQBfAG', 2), ('hAGEAXwB', 3),
    ('H4sI', 0), ('SDRzS', 0),
)  # fmt: skip

# Fixed strings for `git grep -F`, one line each and without NUL: a file with none of them holds no
# token, unless it is an archive or written in UTF-16 or UTF-32.
LITERALS: tuple[bytes, ...] = (
    *PLAIN,
    *[stem for _, stems in _ESCAPED for stem in stems],
    *[stem.encode() for stem, _ in BASE64_STEMS],
)

# Looking for forty strings is forty walks over the data.  Without punctuation, most lower-case letters and what
# else none of the strings needs, a twelfth of it is left, and what is left of the strings is looked for there first.
_KEPT = b'ABDEFGHIMOQRSUVWXYZ012456789jmy'
_DROPPED = bytes([code for code in range(256) if code not in _KEPT])
_SHADOWS: tuple[tuple[bytes, tuple[bytes, ...]], ...] = (
    *_ESCAPED,
    *[(stem.encode().translate(None, _DROPPED), (stem.encode(),)) for stem, _ in BASE64_STEMS],
)
_OFTEN = 1000


def may_hold_token(data: bytes) -> bool:
    """Whether a token could be in these bytes in any form, other than inside an archive."""
    if b'\0' in data:
        data = data.replace(b'\0', b'')
    return _may_be_plain(data) or may_be_encoded(data)


def may_be_encoded(data: bytes) -> bool:
    """Whether a token could be in bytes without NULs in a form that does not begin with two plain letters."""
    left = data.translate(None, _DROPPED)
    return any(stem in data for shadow, stems in _SHADOWS if shadow in left for stem in stems)


def stems_in(data: bytes) -> set[str]:
    """Which of `LITERALS` bytes without NULs hold, so that nothing else needs to be looked for in them."""
    left = data.translate(None, _DROPPED)
    stems = [stem for stem in PLAIN if stem in data]
    stems += [stem for shadow, several in _SHADOWS if shadow in left for stem in several if stem in data]
    return {stem.decode() for stem in stems}


def may_matter(data: bytes) -> bool:
    """Whether these bytes could hold a token or mention the service, its CLI or its settings."""
    return may_hold_token(data) or mentions_service(data)


def is_archive(data: bytes) -> bool:
    """Whether bytes begin as a zip, gzip, bzip2, xz or tar file does: to be opened, whatever the gate says."""
    return (
        data.startswith((b'PK\x03\x04', b'\x1f\x8b\x08', b'BZh', b'\xfd7zXZ\0')) or data[257:262] == b'ustar'
    )


def _may_be_plain(data: bytes) -> bool:
    """`aa` is rare enough to look at each, up to a point."""
    at = data.find(b'aa')
    for _ in range(_OFTEN):
        if at < 0:
            return False
        if data.startswith(PLAIN, at):
            return True
        at = data.find(b'aa', at + 1)
    return any(stem in data for stem in PLAIN)


_SERVICE = (
    b'AGENT_ARTIFACTS', b'hostartifacts', b'agent-artifacts', b'agents:manage', b'/api/api-keys', b'/api/artifacts',
    b'artifacts:read', b'artifacts:create', b'artifacts:update', b'artifacts:delete', b'artifacts:share', b'artifacts:access',
)  # fmt: skip

# First words of the CLI's commands.
_VERBS = (
    b'artifact', b'audit', b'doctor', b'health', b'keys', b'login', b'logout', b'path', b'profile', b'project', b'push',
    b'schema', b'setup', b'share', b'status', b'whoami', b'workspace', b'help',
)  # fmt: skip

_NAME = b'artifacts'
_WORD = b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.'

# Fixed strings one of which every file holds that mentions the service, and those that archives begin with.
MENTIONS: tuple[bytes, ...] = (_NAME, *[name for name in _SERVICE if _NAME not in name])
MAGICS: tuple[bytes, ...] = (b'PK\x03\x04', b'\x1f\x8b\x08', b'BZh', b'\xfd7zXZ', b'ustar')

# A file that holds none of these matters for nothing, unless it is written in UTF-16 or UTF-32.
SIGNS: tuple[bytes, ...] = (*LITERALS, *MENTIONS, *MAGICS)

_BETWEEN = b' \t\r\n\\`^"\',[]()'
_SUFFIXES = (b'.exe', b'.cmd', b'.ps1', b'.js', b'.mjs')


def mentions_service(data: bytes) -> bool:
    """Whether bytes name the service, or have `artifacts` where it could be the CLI's name.

    A key `artifacts:`, a folder of that name or `upload-artifact` is no mention.
    """
    if b'\0' in data:
        data = data.replace(b'\0', b'')
    at = data.find(_NAME)
    if at < 0:
        return any(name in data for name in _SERVICE if _NAME not in name)
    if any(name in data for name in _SERVICE):
        return True
    while at >= 0:
        if _is_command(data, at):
            return True
        at = data.find(_NAME, at + len(_NAME))
    return False


# options that no other tool has
_OPTIONS = (b'--project-slug', b'--artifact-id', b'--token-stdin', b'--share-link-id', b'--api-key-id')


def speaks_of_service(data: bytes) -> bool:
    """Whether bytes surely speak of the service: its names, its options, or `artifacts` followed by a verb.

    A tree in which none does has nothing to analyse: `artifacts` alone, given to a variable, is a folder there.
    """
    if any(name in data for name in (*_SERVICE, *_OPTIONS)):
        return True
    at = data.find(_NAME)
    while at >= 0:
        if _is_command(data, at, surely=True):
            return True
        at = data.find(_NAME, at + len(_NAME))
    return False


def _is_command(data: bytes, at: int, *, surely: bool = False) -> bool:
    """Whether `artifacts` at an offset is followed by a verb or an option, or is given to a variable or an alias."""
    before = data[max(0, at - 40) : at]
    if before[-1:] and before[-1:] in _WORD:
        return False
    after = data[at + len(_NAME) : at + len(_NAME) + 80]
    for suffix in _SUFFIXES:
        if after.startswith(suffix):
            after = after[len(suffix) :]
    rest = after.lstrip(_BETWEEN)
    if _goes_on(after[: len(after) - len(rest)], rest, surely):
        return True
    if surely or (after[:1] and after[:1] not in _BETWEEN + b';&|<>}'):
        return False
    return _names_command(before)


def _goes_on(gap: bytes, rest: bytes, surely: bool) -> bool:
    """Whether a verb, a variable or an option follows, on the same line, a continued one or in the same list."""
    if b'\n' in gap and rest.startswith(b'- '):
        return rest[2:].lstrip(b' "\'').startswith((*_VERBS, b'--'))
    if not gap or (b'\n' in gap and not any(mark in gap for mark in _CONTINUED)):
        return False
    if _is_verb(rest, surely):
        return True
    if rest.startswith((b'$', b'%', b'{', b'@')):
        return not surely
    return rest[:1] == b'-' and rest.lstrip(b'-')[:1].isalpha()


# English words among the verbs: they count surely before what else belongs to a command only
_PROSE = (
    b'path',
    b'status',
    b'health',
    b'help',
    b'share',
    b'project',
    b'profile',
    b'setup',
    b'audit',
    b'artifact',
)
_AFTER_VERB = (
    b'-', b'artifact', b'project', b'list', b'create', b'get', b'set', b'update', b'delete', b'restore', b'content',
    b'versions', b'diff', b'access', b'revoke', b'slug-', b'&&', b'||', b'>', b'$',
)  # fmt: skip
_CONTINUED = (b'\\', b'`', b'^', b',')


def _is_verb(rest: bytes, surely: bool) -> bool:
    """Whether a word of the CLI's begins here, and ends where a word ends."""
    for verb in _VERBS:
        end = len(verb)
        if rest.startswith(verb) and not (rest[end : end + 1] and rest[end : end + 1] in _WORD):
            following = rest[end:].lstrip(b' \t"\',')
            return not surely or verb not in _PROSE or following.startswith(_AFTER_VERB)
    return False


def _names_command(before: bytes) -> bool:
    """Whether what stands before a lone `artifacts` gives it to a name: `CLI=`, `alias a='`, `bin/`, `CLI: "`."""
    lead = before.rstrip(b'"\'')
    if lead.endswith(
        (b'=', b'bin/', b'bin\\', b'alias ', b'function ', b'command -v ', b'which ', b'type ', b'hash ')
    ):
        return True
    name = lead.rstrip(b' \t')
    return name.endswith((b':', b'=', b',')) and name[-2:-1].isupper()
