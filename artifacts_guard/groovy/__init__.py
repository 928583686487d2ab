"""Groovy as far as Jenkinsfiles need it: strings, brackets, statements and calls, with exact offsets.

Not a grammar of Groovy: what is no call, string or bracket stays a list of words and marks.
Linear in the length of the text.  https://groovy-lang.org/syntax.html
"""

from __future__ import annotations

from artifacts_guard.groovy.items import GROUP
from artifacts_guard.groovy.items import MARK
from artifacts_guard.groovy.items import NEWLINE
from artifacts_guard.groovy.items import NUMBER
from artifacts_guard.groovy.items import STRING
from artifacts_guard.groovy.items import WORD
from artifacts_guard.groovy.items import Argument
from artifacts_guard.groovy.items import Call
from artifacts_guard.groovy.items import Hole
from artifacts_guard.groovy.items import Item
from artifacts_guard.groovy.items import Problem
from artifacts_guard.groovy.lexer import parse
from artifacts_guard.groovy.statements import arguments
from artifacts_guard.groovy.statements import calls
from artifacts_guard.groovy.statements import is_group
from artifacts_guard.groovy.statements import statements

__all__ = (
    'GROUP',
    'MARK',
    'NEWLINE',
    'NUMBER',
    'STRING',
    'WORD',
    'Argument',
    'Call',
    'Hole',
    'Item',
    'Problem',
    'arguments',
    'calls',
    'is_group',
    'parse',
    'statements',
)
