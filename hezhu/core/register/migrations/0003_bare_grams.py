from django.db import migrations

BARE = """
CREATE OR REPLACE FUNCTION hezhu_grams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{}') FROM (
        SELECT substr(lower(value), i, 2) AS gram FROM generate_series(1, length(value) - 1) AS i
        UNION ALL
        SELECT substr(bare, i, 2)
        FROM (SELECT lower(translate(value, '-_/.· ', '')) AS bare) AS b, generate_series(1, length(bare) - 1) AS i
        WHERE value ~ '[0-9A-Za-z][-_/.· ]+[0-9A-Za-z]'
    ) AS grams
$$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION hezhu_grams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT substr(lower(value), i, 2)), '{}')
    FROM generate_series(1, length(value) - 1) AS i
$$;
"""
# A stored generated column is computed when its row is written: rows whose codes have separators are written anew.
ANEW = """
DO $$
DECLARE r record;
BEGIN
    FOR r IN
        SELECT a.attrelid::regclass AS relation, pg_get_expr(d.adbin, d.adrelid) AS expression
        FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attname = 'search_grams' AND a.attgenerated = 's'
    LOOP
        EXECUTE format('UPDATE %s SET id = id WHERE search_grams IS DISTINCT FROM %s', r.relation, r.expression);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    """Grams of the text without its separators too, so that a code is found with and without them."""

    dependencies = [("register", "0002_initial")]
    operations = [
        migrations.RunSQL(BARE, BEFORE),
        migrations.RunSQL(ANEW, migrations.RunSQL.noop, elidable=True),
    ]
