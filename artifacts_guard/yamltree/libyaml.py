"""libyaml's parser as PyYAML brings it, without the rest of PyYAML.

`import yaml` takes 13 ms, most of it for patterns and constructors that a linter has no use for; a
hook has 50 ms in all.  The extension module needs only the names of eight exceptions from the modules
that cost so much.  Where PyYAML is not loaded yet, they are given to it in empty modules and all is
taken back afterwards: who imports `yaml` later gets the whole of it, except that libyaml is taken
(`yaml.__with_libyaml__` is False, as where PyYAML was built without it).
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

_NEEDED = ('error', 'tokens', 'events', 'nodes')
_SPARED = (
    ('reader', 'ReaderError'),
    ('scanner', 'ScannerError'),
    ('parser', 'ParserError'),
    ('composer', 'ComposerError'),
    ('constructor', 'ConstructorError'),
    ('emitter', 'EmitterError'),
    ('serializer', 'SerializerError'),
    ('representer', 'RepresenterError'),
)


def _load() -> Any:
    if 'yaml' not in sys.modules:
        try:
            return _alone()
        except (ImportError, AttributeError):  # PyYAML has changed
            sys.modules.pop('yaml._yaml', None)
    from yaml import _yaml

    return _yaml


def _alone() -> Any:
    from importlib import import_module
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec('yaml')
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError('no PyYAML')
    package = _module('yaml', __path__=spec.submodule_search_locations, __spec__=spec)
    try:
        for name in _NEEDED:
            import_module(f'yaml.{name}')
        for name, exception in _SPARED:
            made = type(exception, (package.error.MarkedYAMLError,), {})
            setattr(package, name, _module(f'yaml.{name}', **{exception: made}))
        parser = import_module('yaml._yaml')
    finally:
        for name in [name for name in sys.modules if name == 'yaml' or name.startswith('yaml.')]:
            del sys.modules[name]
    sys.modules['yaml._yaml'] = None  # type: ignore[assignment]
    return parser


def _module(name: str, **members: object) -> ModuleType:
    made = sys.modules[name] = type(sys)(name)
    vars(made).update(members)
    return made


MODULE = _load()
