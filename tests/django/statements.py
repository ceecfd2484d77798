"""Cuts what is executed into single statements, so that both sides are counted alike.

Django sends the string of a RunSQL whole, and joins some statements of its own; mlint lists each. Comments and blanks
between words are left out on both sides: they are nobody's statement.
"""
import re

TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|(\$\w*\$).*?\1|\s+|;|.""", re.S)


def split(sql):
    out = [""]
    for token in TOKEN.finditer(sql):
        text = token.group(0)
        if text == ";":
            out.append("")
        elif text.isspace() or text.startswith("--") or (text.startswith("/*") and text.endswith("*/")):
            out[-1] += "" if out[-1].endswith(" ") else " "
        else:
            out[-1] += text
    return [statement.strip() for statement in out if statement.strip()]

