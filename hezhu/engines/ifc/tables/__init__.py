"""A model file as tables: every entity, attribute, property, quantity and relation as Arrow columns, kept as Parquet.

``read_tables(path)`` reads IFC2X3, IFC4 and IFC4X3 as STEP text or ifcZIP without visiting instances one by one;
``ModelTables.write`` and ``load`` keep them; ``query`` asks them in SQL.
"""

from hezhu.engines.ifc.tables.model_tables import TABLES, ModelTables, read_tables, tables_of
from hezhu.engines.ifc.tables.query import QueryRefused, query

__all__ = ["TABLES", "ModelTables", "QueryRefused", "query", "read_tables", "tables_of"]
