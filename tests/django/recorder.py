"""Stands in for BaseDatabaseSchemaEditor.execute and remembers what Django sends.

Every statement runs, so that what Django asks the catalogue is answered; one that the server refuses is rolled back
alone and the run goes on.
"""


class Recorder:
    def __init__(self, connection):
        self.connection = connection
        self.statements = []
        self.errors = []

    def install(self):
        from django.db.backends.base.schema import BaseDatabaseSchemaEditor
        recorder = self
        collect = BaseDatabaseSchemaEditor.execute

        def execute(editor, sql, params=()):
            if editor.collect_sql:
                return collect(editor, sql, params)
            sql = str(sql)
            with recorder.connection.cursor() as cursor:
                if params:
                    sql = cursor.cursor.mogrify(sql, params).decode()
                    params = None
                elif params is not None:
                    sql = cursor.cursor.mogrify(sql, ()).decode() if "%" in sql else sql
                    params = None
                recorder.statements.append(sql)
                recorder.run(cursor, sql)

        BaseDatabaseSchemaEditor.execute = execute

    def run(self, cursor, sql):
        transaction = self.connection.in_atomic_block
        if transaction:
            cursor.execute("SAVEPOINT one_statement")
        try:
            cursor.execute(sql)
        except Exception as error:  # noqa: BLE001
            self.errors.append(str(error).splitlines()[0])
            if transaction:
                cursor.execute("ROLLBACK TO SAVEPOINT one_statement")
        if transaction:
            cursor.execute("RELEASE SAVEPOINT one_statement")

    def take(self):
        """What was sent and what was refused since the last call."""
        taken = self.statements, self.errors
        self.statements, self.errors = [], []
        return taken


def leave_rows_alone(migration):
    """Python code is not run: what it does to rows is nobody's business here."""
    from django.db.migrations.operations import RunPython

    def walk(operations):
        for operation in operations:
            if isinstance(operation, RunPython):
                operation.database_forwards = operation.database_backwards = lambda *args, **kwargs: None
            walk(getattr(operation, "database_operations", None) or ())
    walk(migration.operations)
