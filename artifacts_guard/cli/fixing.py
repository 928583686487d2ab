"""`check --fix`, `--unsafe-fixes` and `--diff`: what is written, printed and said."""

from __future__ import annotations

import sys

from artifacts_guard.cli.main import complain
from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import _ArgumentGroup
    from collections.abc import Callable
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from artifacts_guard.cli.check import Options
    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.findings.finding import Result
    from artifacts_guard.findings.finding import Skipped
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.settings import Settings

    Check = Callable[[Tree, Settings], Result]
    Read = Callable[[Mapping[str, str]], Settings]  # the settings, with edited texts in the place of files


_MOST_SHOWN = (
    200  # pipelines: to try fixes out takes as long as the check itself, which nobody asked for here
)
_NOT_TRIED = f'fixes are not shown for more than {_MOST_SHOWN} pipelines: --diff tries them out'
_SHOWING = frozenset({'text', 'json', 'sarif'})  # formats that show fixes


def add_arguments(fixes: _ArgumentGroup) -> None:
    for option, words in (
        ('--fix', 'edit files where the pipeline provably means the same afterwards; report what is left'),
        ('--unsafe-fixes', 'also apply fixes that a person should look at'),
        ('--diff', 'print what would be changed as a patch, and change nothing'),
    ):
        fixes.add_argument(option, action='store_true', help=words)


def _applies(options: Options) -> bool:
    return options.fix or options.unsafe_fixes or options.diff


def refuse_contradictions(options: Options) -> None:
    """What writes files needs files: neither the index nor standard input is one."""
    if not _applies(options):
        return
    if options.log or options.history is not None:
        raise UsageError('fixes are for files: --log and --history have none')
    if options.diff:
        return
    flag = '--fix' if options.fix else '--unsafe-fixes'
    if options.staged:
        raise UsageError(
            f'{flag} with --staged would change files that hold more than what is staged: leave --staged out'
        )
    if options.stdin_filename:
        raise UsageError(f'{flag} has no file to write: --diff prints what it would change')


def outcome(
    tree: Tree, read: Read, options: Options, result: Result, check: Check, forms: AbstractSet[str]
) -> Result:
    """The result after fixes, or with those that it could have; a hook does not wait for these, and logs have none."""
    if _applies(options):
        return fixed(tree, read, options, result, check)
    files = not (options.staged or options.log or options.history is not None)
    return offered(tree, read, result, check) if files and forms & _SHOWING else result


def fixed(tree: Tree, read: Read, options: Options, result: Result, check: Check) -> Result:
    """Apply or print the fixes of a result; the result of what is left, or of what is there with `--diff`."""
    from artifacts_guard.fixes.tree import Fixer

    fixer = Fixer(tree, *_unlimited(tree, read, result, check))
    shown = {one.rule for one in result.findings}
    repaired = fixer.repaired(lambda one: one.rule in shown, unsafe=options.unsafe_fixes)
    for one in repaired.refused:
        place = one.place
        complain(
            f'{place.path}:{place.line}: {one.rule} was not fixed: the edit would leave it, or bring another finding'
        )
    if options.diff:
        patch, skipped = fixer.patches(repaired.texts)
        _print(patch)
        return _with(result, skipped)
    if not repaired.texts:
        return result
    written, skipped = fixer.write(repaired.texts)
    done = [f for f in repaired.done if f.fix and {e.place.path for e in f.fix.edits} <= set(written)]
    complain(_said(done, written))
    texts = {path: repaired.texts[path] for path in written}
    left = check(fixer.after(texts), read(texts))
    return _with(left, skipped)


def offered(tree: Tree, read: Read, result: Result, check: Check) -> Result:
    """The result with the fixes of its findings, for formats that show them."""
    from artifacts_guard.fixes.table import MAKERS

    if not any(one.rule in MAKERS and one.facts for one in result.findings):
        return result
    if len(result.taken) > _MOST_SHOWN:
        return result.replace(notes=(*result.notes, _NOT_TRIED))
    from artifacts_guard.fixes.tree import Fixer

    fixer = Fixer(tree, *_unlimited(tree, read, result, check))
    return result.replace(findings=fixer.offered(result.findings))


def _unlimited(
    tree: Tree, read: Read, result: Result, check: Check
) -> tuple[Result, Callable[[Tree, dict[str, str]], Result]]:
    """A check with all rules: a fix that breaks what was not asked about is none.  And its result for the tree."""
    settings = read({})
    everything = settings.replace(select=(), ignore=())
    before = result if everything == settings else check(tree, everything)
    return before, lambda one, texts: check(one, read(texts).replace(select=(), ignore=()))


def _with(result: Result, skipped: tuple[Skipped, ...]) -> Result:
    return result.replace(skipped=(*result.skipped, *skipped)) if skipped else result


def _said(done: list[Finding], written: tuple[str, ...]) -> str:
    findings = f'{len(done)} finding{"" if len(done) == 1 else "s"}'
    files = f'{len(written)} file{"" if len(written) == 1 else "s"}'
    return f'fixed {findings} in {files}'


def _print(patch: str) -> None:
    # the bytes of the files: no line end and no character is changed on the way
    sys.stdout.flush()
    sys.stdout.buffer.write(patch.encode('utf-8', 'surrogateescape'))
    sys.stdout.buffer.flush()
