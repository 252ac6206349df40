from django.apps import AppConfig


class SchemaConfig(AppConfig):
    name = "hezhu.core.schema"
    label = "schema"
