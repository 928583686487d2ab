"""What letters follow each other in English and in identifiers, and words that examples are made of.

Bits by which a letter is coded after another one, in quarters of a bit, one character of
`QUARTERS` each: measured on 3.6 million words of technical prose and source code, rounded up so
that no row promises more than a probability of 1 (a test adds them up).
"""

from __future__ import annotations

QUARTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

# the first letter of a word
FIRST = 'GIEHHILMIRRJIKLGWHEILOMVVX'

# row: the letter before, a to z; column: the letter itself
NEXT = (
    'RIGHRQLYKaPDIDeKeDGBNPUUPZ',
    'DKJKCLWXGMYCTTFTlHJREbbaKZ',
    'DPLODPaDJZHITWATfJODKXbgTe',
    'EMMI7LSTBWWLTRGUbMJRJVZbRg',
    'IQGEMLPYSUYIKDUMRBDHWOSJQb',
    'ELKKEEUb9geIVSDVkIMLIfdcMn',
    'HVQU9VLGDaWJNHHSfEGNHVZdSV',
    '9cZU8aYaCnUPOSDVfJPFIcbaPh',
    'KMGKJLKbadUHJ8EMcKFEYMgQcO',
    'BaUQBSkaFRPUVVCPXY9bEWMkXk',
    'FRPN6SNOCSVLUNINaNENLVNgOd',
    'DTSL9PVXAdWDUVEQjVIKKTbfHg',
    'ALVQ9YZcDbVMIWFDaYKSLVhcSi',
    'FWGEENBWHZQRWNGSdWEBNPbgTZ',
    'PNIHVPNXPXOHG9LIfBJIHMKVXZ',
    'CYTRBWVMHfSEUVEIeBJGJcadMf',
    'QTcUZRXYOjjFSXXXQMIQ3NTbbc',
    'DUML8SOaDiPNLMERgLGHNRXiLj',
    'JZITASXHEgPMQRHIUTEAHWTdOd',
    'EZNSASZFAiYNTWGNiEHJLaUbKb',
    'JHKOHNNeIeXFHCRHhDEDcWjWYa',
    'AVOX5UWbBmeWQSJUmVOTUaZcYd',
    'AXVPDXUDBmRPVGDTmFHSXbQZai',
    'IPEOCQYSEggPJROBWUN9SWbLNa',
    'GPMTHSLXIaXHIGH9dNEFQRLbSR',
    'BVWU5SaJBjZOPZJSjRSQRZWaLO',
)

# At most 64, so that naming one takes 6 bits; the longer ones first, where one begins another.
EXAMPLE_WORDS = (
    'badc0ffee',
    'cafebabe',
    'changeit',
    'changeme',
    'deadbeef',
    'decafbad',
    'development',
    'documentation',
    'dummy',
    'example',
    'facade',
    'fake',
    'feedface',
    'foobar',
    'foo',
    'bar',
    'goes',
    'hello',
    'here',
    'hidden',
    'insert',
    'invalid',
    'ipsum',
    'local',
    'lorem',
    'masked',
    'paste',
    'password',
    'placeholder',
    'prod',
    'real',
    'redacted',
    'removed',
    'replace',
    'sample',
    'secret',
    'somekey',
    'some',
    'string',
    'test',
    'this',
    'todo',
    'token',
    'unused',
    'value',
    'with',
    'world',
    'xxxx',
    'yourkey',
    'your',
    'apikey',
    'api',
    'key',
    'not',
    'the',
)

KEYBOARD_ROWS = ('qwertyuiop', 'asdfghjkl', 'zxcvbnm')
