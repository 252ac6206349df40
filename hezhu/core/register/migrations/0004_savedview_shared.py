from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0003_bare_grams")]
    operations = [
        migrations.AddField(
            model_name="savedview",
            name="shared",
            field=models.BooleanField(default=False, verbose_name="本单位共享"),
        ),
    ]
