"""The common model of pipelines: what every CI system's document is translated to.

An adapter only translates.  It evaluates nothing at run time: strings keep the expressions that
the system expands (`Template`), with their places, and the flow layer gives them values.
"""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.text import Document
from artifacts_guard.text import Fragment
from artifacts_guard.text import Place

# Tenancy of a host (RULES.md): thrown away after one job, used by others too, or not known.
EPHEMERAL = 'ephemeral'
SHARED = 'shared'
UNKNOWN = 'unknown'

# What starts a run.
PUSH = 'push'
TAG = 'tag'
RELEASE = 'release'
SCHEDULE = 'schedule'
MANUAL = 'manual'
PROPOSAL = 'proposal'  # a pull or merge request, run with the proposal's own rights
PRIVILEGED_PROPOSAL = 'privileged-proposal'  # pull_request_target: the base's rights
COMMENT = 'comment'  # a comment on an issue or proposal
FOLLOW_UP = 'follow-up'  # workflow_run: after another run, with the base's rights
CALL = 'call'  # by another pipeline
OTHER = 'other'


class Reference(Record):
    """A name that the CI system replaces by a value.

    Kinds: `secret`; `secrets` (more than one, or one that is not known: `*` for all of them, else
    `[KEY]` with the computed key in words); `variable` (from the system's settings, perhaps a
    secret); `vars` (from the settings, never a secret); `env`, `input` (parameter of an action,
    template, task) and `matrix`, where the name `*` means the whole set; `output`
    (`steps.ID.outputs.NAME` as `ID.NAME`, of another job `needs.JOB.NAME`, with the step `needs.JOB.ID.NAME`); `github` (what the
    system tells about the run); `unknown` (anything else, carries nothing).
    Names are compared as they are: adapters of systems that ignore case write secrets in upper and
    inputs in lower case, here and in the bindings of a `Scope`.
    """

    kind: str
    name: str


class Expression(Record):
    """A range of a template that the CI system replaces before or while the step runs.

    `choices` are the values it can have: references, or plain strings.  `early` says that it is
    pasted into text that a shell or program then reads (RULES.md, `token-rendered-early`).
    `output` names what an earlier step may have set, which then comes before the choices.
    """

    start: int
    end: int
    choices: tuple[Reference | str, ...]
    early: bool = True
    output: str = ''


class Template(Record):
    """A string with the expressions in it, in order and without overlap."""

    fragment: Fragment
    expressions: tuple[Expression, ...] = ()

    @property
    def text(self) -> str:
        return self.fragment.text

    @property
    def place(self) -> Place:
        return self.fragment.whole()


class Binding(Record):
    """A variable that gets a value: `env`, `variables`, `environment`, `with`, `secrets` …

    `level` is `pipeline`, `job`, `block` or `step`.  `narrowable` says that the system could bind
    it closer to the step that needs it.  `place` is the line to report (the variable's entry).
    `value` is None when the document does not tell it (a masked or generated value).
    """

    name: str
    value: Template | None
    level: str
    place: Place
    narrowable: bool = False


class Scope(Record):
    """What `input` and `secret` references mean inside a called action, workflow or template.

    `secrets` is None when the callee sees the caller's secrets under their own names.
    Values are evaluated in `parent`.  A step without a scope of its own has that of its job.
    """

    inputs: tuple[Binding, ...] = ()
    secrets: tuple[Binding, ...] | None = None
    parent: Scope | None = None


class Shell(Record):
    """The interpreter of a script and the flags the system starts it with.

    Names: `bash`, `sh`, `pwsh`, `powershell`, `cmd`, `python`, `node`, or `other`.
    """

    name: str = 'bash'
    errexit: bool = True
    pipefail: bool = False
    xtrace: bool = False


class Script(Record):
    """Text given to an interpreter.  `continues`: the same process as the script before it in the step.

    `traced` marks tracing that the system itself switches on (Jenkins): it counts only with --pedantic.
    `silent`: what it prints does not reach the log.
    """

    template: Template
    shell: Shell = Shell()
    continues: bool = False
    traced: bool = False
    echoed: bool = False  # each line is printed, expanded, before it runs (make without @)
    silent: bool = False


class Argv(Record):
    """A command given as a list of words, started without a shell.

    `shown`: the words are kept where others can read them (a pod spec, a unit file), besides the process list.
    `echoed` and `silent` as for a script; `env` is set for it alone.  `extendable`: words given to its recipe are added to its end.
    `internal`: a request that the system makes itself, in the words of `curl`: no process list shows them.
    """

    words: tuple[Template, ...]
    place: Place
    shown: bool = False
    echoed: bool = False
    env: tuple[Binding, ...] = ()
    silent: bool = False
    extendable: bool = False
    internal: bool = False


class Use(Record):
    """Code from elsewhere that a job runs: `kind` is action, orb, plugin, pipe, image, template, workflow or library.

    `local` is its path in the tree when it is there.  `pinned`: to a digest or full commit.
    `third_party`: neither local nor of the system's own vendor; organisations of the configuration
    are taken out later.  `inherit_place` is where the document says that all secrets are handed on.
    """

    kind: str
    name: str
    place: Place
    pinned: bool = False
    third_party: bool = True
    local: str = ''
    inputs: tuple[Binding, ...] = ()
    secrets: tuple[Binding, ...] = ()
    inherits_secrets: bool = False
    inherit_place: Place | None = None


class Handover(Record):
    """A path that the system keeps or hands on: `kind` is cache, upload or dotenv."""

    kind: str
    path: Template
    place: Place


class Trigger(Record):
    """What starts a run: one of the kinds above, and the system's own word for it."""

    kind: str
    event: str
    place: Place


class Hop(Record):
    """One step of a trail, in words: `called by job publish`."""

    role: str
    place: Place


class Runner(Record):
    """The host of a job: its tenancy, how the file names it, and by what evidence it was classed.

    `options` are the hosts that it can be (a matrix), each as its labels and their tenancy; the
    tenancy is that of the worst.  `runners.configured` applies what the configuration says of labels.
    """

    tenancy: str
    label: str
    evidence: str
    place: Place | None = None
    options: tuple[tuple[tuple[str, ...], str], ...] = ()


class Step(Record):
    """A unit with one environment: its scripts, or the action it uses.

    `triggers` are those under which the step can run, None for all of its job's, () for none.
    `takes_proposal`: it checks out or downloads content of the proposal or triggering run.
    `via` are the calls through which the step came into its job, outermost first; steps with the
    same first call are one step of the document that the job stands in.  The steps of a called
    action are followed by one step for the call itself, with what the action hands out in `outputs`.
    `may_fail`: the job goes on when the step fails.
    """

    name: str
    place: Place
    scripts: tuple[Script | Argv, ...] = ()
    use: Use | None = None
    image: Use | None = None
    env: tuple[Binding, ...] = ()
    condition: str = ''
    triggers: tuple[Trigger, ...] | None = None
    handovers: tuple[Handover, ...] = ()
    identifier: str = ''
    directory: Template | None = None
    scope: Scope | None = None
    takes_proposal: bool = False
    via: tuple[Hop, ...] = ()
    outputs: tuple[Binding, ...] = ()
    may_fail: bool = False


class Unresolved(Record):
    """Something a document refers to that lies outside the tree or cannot be followed."""

    kind: str
    name: str
    place: Place


class Job(Record):
    """One automation: a job, a stage with an agent of its own, a cron line, a unit.

    `env` holds the bindings of outer levels too, outermost first; later ones win.
    `automation` is False for what no pipeline is known to call.  `triggers` are those under which the
    job can run.  `environment` is the deployment environment it names: secrets of the same name can differ.
    `needs` are jobs that run before it, `receives` those whose reported variables (a `Handover` of the kind
    dotenv) it finds in its environment.  `identifier` is what they and references call it, '' for its name.
    """

    name: str
    place: Place
    runner: Runner
    steps: tuple[Step, ...] = ()
    env: tuple[Binding, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    condition: str = ''
    matrix: tuple[tuple[str, tuple[str, ...]], ...] = ()
    outputs: tuple[Binding, ...] = ()
    needs: tuple[str, ...] = ()
    use: Use | None = None
    scope: Scope | None = None
    automation: bool = True
    protected: bool = False
    via: tuple[Hop, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    environment: str = ''
    receives: tuple[str, ...] = ()
    identifier: str = ''


class Pipeline(Record):
    """A document as its CI system reads it.

    `kind`: `pipeline`; `action`, `workflow`, `template` (run only when called); `recipes`, `unit`,
    `compose` … for other places where commands live.  `masks`: the system hides secrets in its log.
    `settings_variables`: variables without a binding may come from the system's settings.
    `parameters` are declared inputs with their defaults.  `called`: paths of documents whose jobs or
    steps were put into this pipeline's.
    """

    document: Document
    system: str
    kind: str = 'pipeline'
    jobs: tuple[Job, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    parameters: tuple[Binding, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    masks: bool = True
    settings_variables: bool = False
    called: tuple[str, ...] = ()
