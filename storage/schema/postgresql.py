"""The parts of a schema on PostgreSQL, from its system catalogues.

Only relations that the session finds by their bare names count, since these are the
ones that help-clip writes to.
"""

from alembic import command
from sqlalchemy import Connection, Engine, text

from storage.migrations import configuration
from storage.schema.parts import Part

# Each query returns kind, table, name and definition. Of the triggers that PostgreSQL
# keeps for foreign keys only those are listed that do not work as usual.
_RELATIONS = """
    SELECT 'table', c.relname, c.relname,
        concat_ws(' ', c.relkind, c.relrowsecurity, c.relforcerowsecurity,
            c.relpersistence = 'u', c.relispartition)
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(c.oid)
        AND c.relnamespace <> 'pg_catalog'::regnamespace
"""
_COLUMNS = """
    SELECT 'column', c.relname, a.attname,
        concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
            a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND pg_table_is_visible(c.oid)
        AND c.relnamespace <> 'pg_catalog'::regnamespace
"""
_CONSTRAINTS = """
    SELECT 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND pg_table_is_visible(c.oid)
        AND c.relnamespace <> 'pg_catalog'::regnamespace
"""
_INDEXES = """
    SELECT CASE WHEN i.indisunique THEN 'unique index' ELSE 'index' END,
        c.relname, x.relname,
        regexp_replace(pg_get_indexdef(i.indexrelid), ' ON ([^ .]+[.])', ' ON ')
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_class x ON x.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE pg_table_is_visible(c.oid) AND n.nspname <> 'pg_catalog'
"""
_TRIGGERS = """
    SELECT 'trigger', c.relname, t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    WHERE pg_table_is_visible(c.oid) AND (NOT t.tgisinternal OR t.tgenabled <> 'O')
"""
_RULES = """
    SELECT 'rule', c.relname, r.rulename, pg_get_ruledef(r.oid)
    FROM pg_rewrite r
    JOIN pg_class c ON c.oid = r.ev_class
    WHERE pg_table_is_visible(c.oid)
        AND c.relnamespace <> 'pg_catalog'::regnamespace
"""
_POLICIES = """
    SELECT 'policy', c.relname, p.polname, p.polcmd::text
    FROM pg_policy p
    JOIN pg_class c ON c.oid = p.polrelid
    WHERE pg_table_is_visible(c.oid)
"""
_HEIRS = """
    SELECT 'inheritance', c.relname, h.inhrelid::regclass::text, ''
    FROM pg_inherits h
    JOIN pg_class c ON c.oid = h.inhparent
    WHERE pg_table_is_visible(c.oid) AND c.relkind IN ('r', 'p')
"""
_QUERIES = (
    _RELATIONS,
    _COLUMNS,
    _CONSTRAINTS,
    _INDEXES,
    _TRIGGERS,
    _RULES,
    _POLICIES,
    _HEIRS,
)


def parts(engine: Engine) -> set[Part]:
    """Return the parts of the open database."""
    with engine.connect() as connection:
        return _parts(connection)


def expected_parts(engine: Engine) -> set[Part]:
    """Return the parts of a fresh schema, which is rolled back.

    It needs the right TEMPORARY on the database, which every role has by default.
    """
    with engine.connect() as connection:
        connection.execute(text("SET LOCAL search_path TO pg_temp"))
        command.upgrade(configuration(connection), "head")
        found = _parts(connection)
        connection.rollback()
    return found


def _parts(connection: Connection) -> set[Part]:
    found = set()
    for query in _QUERIES:
        for kind, table, name, definition in connection.execute(text(query)):
            part = Part(
                kind=kind,
                table=table,
                name=name,
                definition=definition or "",
            )
            found.add(part)
    return found
