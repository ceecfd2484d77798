"""Compares recorded statements with lowered ones, statement by statement."""
import re

CLOCK = re.compile(r"'(?:now|\d{4}-\d\d-\d\d[T ]?[\d:.+]*)'::(timestamptz|date|time)|'\d\d:\d\d:\d\d\.\d+'::(time)")
RANDOM = re.compile(r"'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'::uuid")
PLACEHOLDER = re.compile(r"'<[^']*>'")


def normal(sql):
    sql = RANDOM.sub("RANDOM", sql.strip().rstrip(";"))
    return CLOCK.sub(lambda m: "CLOCK", sql)


def same(ours, theirs):
    ours, theirs = normal(ours), normal(theirs)
    if ours == theirs:
        return True
    if PLACEHOLDER.search(ours):
        pattern = r"(?:'(?:[^']|'')*'(?:::\w+)?|NULL|true|false| ?-?[\d.]+)".join(
            re.escape(part) for part in PLACEHOLDER.split(ours))
        return re.fullmatch(pattern, theirs, re.S) is not None
    return False


def compare(ours, theirs):
    """(identical statements, all statements, differences)"""
    ours, theirs = [s for s in ours if s], [s for s in theirs if s]
    if len(ours) == len(theirs) and all(same(a, b) for a, b in zip(ours, theirs)):
        return len(theirs), len(theirs), []
    # sets of Python have no order: unique_together, index_together and the models that RenameModel renders anew
    left, missing = list(ours), []
    renamed = any(" RENAME TO " in s for s in theirs)

    def unordered(statement):
        return "_uniq" in statement or "_idx" in statement or (renamed and "_fk" in statement)

    if any(unordered(s) for s in theirs):
        for statement in theirs:
            found = next((s for s in left if same(s, statement)), None)
            if found is None:
                missing.append(statement)
            else:
                left.remove(found)
        if not left and not missing and (renamed or all(unordered(s) for s, t in zip(ours, theirs) if not same(s, t))):
            return len(theirs), len(theirs), []
    import difflib
    a, b = [normal(s) for s in ours], [normal(s) for s in theirs]
    matcher = difflib.SequenceMatcher(a=a, b=b, autojunk=False)
    equal = sum(block.size for block in matcher.get_matching_blocks())
    differences = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            differences.append((ours[i1:i2], theirs[j1:j2]))
    return equal, max(len(ours), len(theirs)), differences
