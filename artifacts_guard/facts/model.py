"""Facts: what was observed, one frozen class per kind.  Rules judge facts and see nothing else.

Every fact has its place, the job it was observed in, and the trail of hops that led there.
"""

from __future__ import annotations

from artifacts_guard.ci.model import UNKNOWN
from artifacts_guard.ci.model import Hop
from artifacts_guard.record import Record
from artifacts_guard.text import Place


class Fact(Record):
    """What all facts have.

    `tenancy` is that of the job's host; `automation` is False for what no pipeline is known to run;
    `confidence` is high, medium or low, with `doubt` saying why it is not high; `job_place` is where the job
    stands, None for no job.
    """

    place: Place
    trail: tuple[Hop, ...] = ()
    system: str = ''
    job: str = ''
    tenancy: str = UNKNOWN
    runner: str = ''
    automation: bool = False
    confidence: str = 'high'
    doubt: str = ''
    job_place: Place | None = None


class Credential(Fact):
    """A credential spelled out in a text.

    `known`: of a token family of the service; otherwise a literal given to a token input.
    `foreign`: stands beside another vendor's variable or host.  `encoding` is 'plain', 'base64' …
    `home` is '' or the kind of file that should never hold one: 'dotenv', 'saved-login'.
    """

    family: str = ''
    redacted: str = ''
    fingerprint: str = ''
    encoding: str = 'plain'
    known: bool = True
    foreign: bool = False
    home: str = ''
    input: str = ''


class Suspect(Fact):
    """A string in a pipeline that could be a secret of any kind, when that is looked for (`generic`).

    `kind` is 'high-entropy base64', 'high-entropy hex' or 'value of a telling name'.  `made_up`: it is a
    reference or a placeholder.
    """

    kind: str = ''
    redacted: str = ''
    made_up: bool = False


class Exposure(Fact):
    """A token or token reference reaches a place where others can read it.

    `sink` is flag, argv, log, url, disk, image or early.  `program` is the command, `form` the way
    (`-H`, `echo`, `set -x`, `>> $GITHUB_ENV`), `origin` the secret in words.  `masked`: the system hides it in
    its log.  `literal`: the value itself stands there.  `private`: a file only this run can read.
    `by_default`: through tracing that the system switches on by itself.
    `held`: the program has the same variable in its environment.  `words` are those that show the value, with
    their option, and `whole_command` what an assignment or a pipe can be put in front of.
    """

    sink: str = ''
    program: str = ''
    form: str = ''
    origin: str = ''
    masked: bool = False
    literal: bool = False
    private: bool = False
    by_default: bool = False
    held: bool = False
    words: Place | None = None
    whole_command: Place | None = None


class Call(Fact):
    """A command of the service's CLI, or the same operation over REST.

    `visibility` of what it publishes: '' (publishes nothing), public, private, conditional, unknown, allowed.
    `prompts`: it could ask for a login and nothing forbids it.  `proposal`: the run is triggered by one.
    `repeats`: by a schedule or a branch.  `prints_key`: its output holds a new key and goes to the log.
    `missing` are scopes that its key lacks.  `unsafe_errors`, at the first such command of a script: what fails
    without stopping it, `sequence` (the command, or one before it) or `pipeline` (another part of its pipeline).
    Of a call by a program in Python or JavaScript only `command`, `human_only`, `needs` and `missing` are told.
    """

    command: str = ''
    human_only: bool = False
    login: bool = False
    mutates: bool = False
    dry_run: bool = False
    prompts: bool = False
    proposal: bool = False
    repeats: bool = False
    ensures: bool = False
    visibility: str = ''
    prints_key: bool = False
    unsafe_errors: str = ''
    origin: str = ''
    needs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Option(Fact):
    """A flag or body field of a CLI call that is judged by itself, at its own place.

    `name` is `--public-edit` (given), `publicEdit` (true in a body) or `--version` (with its value as a separate word).
    """

    command: str = ''
    name: str = ''


class Binding(Fact):
    """A secret bound at a level where `readers` steps can read it and `users` of them do.

    `inherited`: handed whole to a workflow of another repository, `target`.  `used_in` are the steps that use it.
    """

    name: str = ''
    secret: str = ''
    level: str = ''
    readers: int = 0
    users: int = 0
    narrowable: bool = False
    inherited: bool = False
    target: str = ''
    used_in: tuple[Place, ...] = ()


class Sharing(Fact):
    """A further automation that uses a secret which another one (`first`) already uses."""

    secret: str = ''
    first: str = ''


class UntrustedRun(Fact):
    """A token at hand in a run whose code or input an outsider controls.

    `takes_proposal`: the run checks out or downloads the outsider's content.
    `guard` is '' or what limits it, when that is not enough to be sure.
    """

    secret: str = ''
    event: str = ''
    takes_proposal: bool = False
    guard: str = ''


class Companion(Fact):
    """Third-party code, not pinned, that runs while a token is in its environment."""

    code: str = ''
    form: str = ''
    secret: str = ''


class Grant(Fact):
    """Scopes given to a key.  `source` says by what: keys create, REST, policy, key list.

    `excess`: granted, and needed by nothing; `dangerous` those of them that give control away.
    `unresolved`: a command that could not be followed might need them.  `tied`: it is known what uses the key.
    """

    source: str = ''
    name: str = ''
    scopes: tuple[str, ...] = ()
    excess: tuple[str, ...] = ()
    dangerous: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    minting: bool = False
    defaulted: bool = False
    unresolved: bool = False
    secret: str = ''
    tied: bool = False


class Endpoint(Fact):
    """A URL of the service that a token is or would be sent to; `plain`: over http to another host."""

    url: str = ''
    plain: bool = False


class Unreadable(Fact):
    """A document that is a pipeline by its name and can't be parsed."""

    problem: str = ''


class IgnoreComment(Fact):
    """An ignore comment that did not do what it says; `state` is unused or expired."""

    rules: tuple[str, ...] = ()
    state: str = ''
    until: str = ''


class LiveKey(Fact):
    """A key of a key list that is not revoked, with what an audit knows of its use.

    `leaked`: its token stands in a text that was looked at, at `leaks`.  `automations` are jobs that use it, in so many
    `repositories`; `consumers` names the first of them.  `idle_days` have passed since its last use, or since it was
    made when it was `never_used`; `limit_days` is how long it may be idle.  `excess` is granted and provably needed by
    nothing, `dangerous` the part of it that gives control away.  `policy`: there is one; `declared`: the key is in it.
    """

    identifier: str = ''
    name: str = ''
    scopes: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    excess: tuple[str, ...] = ()
    dangerous: tuple[str, ...] = ()
    leaked: bool = False
    leaks: tuple[str, ...] = ()
    automations: int = 0
    repositories: int = 0
    consumers: tuple[str, ...] = ()
    idle_days: int = 0
    limit_days: int = 0
    never_used: bool = False
    policy: bool = False
    declared: bool = False


KINDS: dict[str, type[Fact]] = {
    'credential': Credential,
    'suspect': Suspect,
    'exposure': Exposure,
    'call': Call,
    'option': Option,
    'binding': Binding,
    'sharing': Sharing,
    'untrusted-run': UntrustedRun,
    'companion': Companion,
    'grant': Grant,
    'endpoint': Endpoint,
    'unreadable': Unreadable,
    'ignore-comment': IgnoreComment,
    'live-key': LiveKey,
}
