#!/usr/bin/env python3
"""Checks who includes whom: every folder may include itself, base and what the table allows. Prints each violation."""
import pathlib
import re
import sys

BASE = ["analyzer/base"]
DIAGNOSTIC = BASE + ["analyzer/diagnostic"]
OPERATION = BASE + ["analyzer/operation"]
PARSERS = OPERATION + ["parsers"]
SCHEMA = PARSERS + ["analyzer/schema"]
EFFECT = SCHEMA + ["analyzer/effect"]
DISCOVER = SCHEMA + ["analyzer/diagnostic", "analyzer/discover"]
DJANGO = EFFECT + ["analyzer/django"]
HISTORY = DJANGO + ["analyzer/diagnostic", "analyzer/discover", "analyzer/history"]
LINT = HISTORY + ["analyzer/lint"]
RULES = LINT + ["rules"]

ALLOWED = {
    "analyzer/base": [],
    "analyzer/diagnostic": BASE,
    "analyzer/operation": BASE,
    "parsers": OPERATION,
    "analyzer/schema": PARSERS,
    "analyzer/effect": SCHEMA,
    "analyzer/discover": DISCOVER,
    "analyzer/django": EFFECT,
    "analyzer/history": HISTORY,
    "analyzer/lint": HISTORY,
    "analyzer/report": DIAGNOSTIC,
    "rules": LINT,
    "cli": RULES + ["analyzer/report"],
    "tests": RULES + ["analyzer/report", "cli"],
}
# Third-party headers stay inside the folders that wrap them, and in no header of ours.
WRAPPED = {
    r"tree_sitter/": ["parsers/python"],
    r"pg_query": ["parsers/sql"],
    r"simdjson": ["parsers/sql"],
    r"toml\+\+|tomlplusplus": ["analyzer/discover"],
    r"CLI/": ["cli"],
    r"nlohmann/json\.hpp|fmt/": ["analyzer", "cli"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
OURS = re.compile(r"^(analyzer/\w+|parsers|rules|cli|tests)/")


def folder_of(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "analyzer" else parts[0]


def main() -> int:
    root = pathlib.Path(__file__).resolve().parent.parent
    wrong = 0
    for source in sorted(p for top in ("analyzer", "parsers", "rules", "cli", "tests") for p in (root / top).rglob("*")):
        if source.suffix not in (".h", ".cpp", ".def", ".inc"):
            continue
        path = source.relative_to(root).as_posix()
        folder = folder_of(path)
        for included in INCLUDE.findall(source.read_text(encoding="utf-8")):
            target = folder_of(included) if OURS.match(included) else None
            if target and target != folder and target not in ALLOWED[folder]:
                print(f"{path}: {folder} must not include {included}")
                wrong += 1
            for pattern, homes in WRAPPED.items():
                if folder == "tests" or not re.match(pattern, included):
                    continue
                if source.suffix == ".h":
                    print(f"{path}: <{included}> belongs in a .cpp")
                    wrong += 1
                elif not path.startswith(tuple(home + "/" for home in homes)):
                    print(f"{path}: <{included}> belongs to {', '.join(homes)} alone")
                    wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
