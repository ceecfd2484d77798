"""Compares recorded statements with lowered ones, statement by statement."""
import re

CLOCK = re.compile(r"'(?:now|\d{4}-\d\d-\d\d[T ]?[\d:.+]*)'::(timestamptz|timestamp|date|time)|'\d\d:\d\d:\d\d\.\d+'::(time)")
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


TABLE = re.compile(r'(?:ALTER TABLE|COMMENT ON COLUMN| ON)(?: IF EXISTS)? ("(?:[^"]|"")+")')
RENAMED = re.compile(r'^ALTER TABLE ("(?:[^"]|"")+") RENAME TO ("(?:[^"]|"")+")')
COMPOSED = re.compile(r'_(?:uniq" UNIQUE|idx" ON) .*,|DROP (?:CONSTRAINT|INDEX) .*_(?:uniq|idx)"')


def all_same(ours, theirs):
    return len(ours) == len(theirs) and all(same(a, b) for a, b in zip(ours, theirs))


def permuted(ours, theirs):
    left = list(ours)
    for statement in theirs:
        found = next((s for s in left if same(s, statement)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def by_table(statements):
    """Statements of each table in their order, under the name that the table had first."""
    first, groups, waiting = {}, {}, []
    for statement in statements:
        found, renamed = TABLE.search(statement), RENAMED.search(statement)
        if not found and statement.startswith("SET CONSTRAINTS"):  # goes with what is done to the table next
            waiting.append(statement)
            continue
        name = found.group(1) if found else ""
        name = first.get(name, name)
        if renamed:
            first[renamed.group(2)] = name
        groups.setdefault(name, []).extend(waiting + [statement])
        waiting = []
    groups.setdefault("", []).extend(waiting)
    return groups


def same_by_table(ours, theirs):
    """RenameModel alters what points at the model in the order of _meta.related_objects: that of the models in the
    registry, which StateApps._reload (db/migrations/state.py) renders anew from a set. The fields of one model keep
    their order, and the model's own table is renamed before them."""
    renames = [i for i, s in enumerate(theirs) if RENAMED.match(s)]
    if not renames or len(ours) != len(theirs) or not all_same(ours[:renames[0]], theirs[:renames[0]]):
        return False
    for start, end in zip(renames, renames[1:] + [len(theirs)]):
        mine, real = by_table(ours[start + 1:end]), by_table(theirs[start + 1:end])
        if not same(ours[start], theirs[start]) or mine.keys() != real.keys():
            return False
        if not all(all_same(mine[table], real[table]) for table in real):
            return False
    return True


def same_retyped(ours, theirs):
    """Before 4.1 _related_non_m2m_objects takes what points at a retyped key in the order of _meta.related_objects too,
    first to drop the keys, then to change the types, then to make the keys again."""
    retyped = [s for s in theirs if re.search(r"ALTER COLUMN .* TYPE ", s)]
    if len(retyped) < 2 or len(ours) != len(theirs):
        return False
    mine, real = by_table(ours), by_table(theirs)
    return mine.keys() == real.keys() and all(all_same(mine[table], real[table]) for table in real)


def same_but_composed(ours, theirs):
    """unique_together and index_together are sets: Options of ModelState, _delete_composed_index and what adds them."""
    moved = [(a, b) for a, b in zip(ours, theirs) if not same(a, b)]
    return (len(ours) == len(theirs) and all(COMPOSED.search(a) and COMPOSED.search(b) for a, b in moved)
            and permuted([a for a, _ in moved], [b for _, b in moved]))


def compare(ours, theirs):
    """(identical statements, all statements, differences)"""
    ours, theirs = [s for s in ours if s], [s for s in theirs if s]
    if all_same(ours, theirs) or same_but_composed(ours, theirs) or same_by_table(ours, theirs):
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
