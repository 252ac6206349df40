"""Projects whose models were published before the day was noted get the day of their first published version."""

from django.db import migrations
from django.db.models import DateField, Min
from django.db.models.functions import Cast


def note_first(apps, schema_editor):
    ModelVersion = apps.get_model("bim", "ModelVersion")
    Project = apps.get_model("projects", "Project")
    rows = ModelVersion.objects.exclude(published_at=None).values("project").annotate(first=Cast(Min("published_at"), DateField()))
    for row in rows.order_by():
        Project.objects.filter(pk=row["project"], bim_published_on=None).update(bim_published_on=row["first"])


class Migration(migrations.Migration):
    dependencies = [("bim", "0008_findings_carried_over"), ("projects", "0004_first_published_model")]

    operations = [migrations.RunPython(note_first, migrations.RunPython.noop, elidable=True)]
