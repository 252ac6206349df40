from django.db import migrations


def load(apps, schema_editor):
    from hezhu.core.calendar import notices

    notices.load(apps.get_model("workdays", "CalendarYear"), apps.get_model("workdays", "WorkingDay"))


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
