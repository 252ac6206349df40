import django.db.models.deletion
import hezhu.core.access.divisions
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from hezhu.core.history.operations import AddTriggers


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0003_partial_uploads'),
        ('intake', '0002_streams_and_sources'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(model_name='batch', name='changes', field=models.PositiveIntegerField(default=0)),
        migrations.AddField(model_name='batch', name='tally', field=models.JSONField(null=True)),
        migrations.RemoveConstraint(model_name='absence', name='absence_once'),
        migrations.AddField(model_name='absence', name='ended_at', field=models.DateTimeField(null=True)),
        migrations.AddField(model_name='absence', name='ended_by', field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ended_absences', to='intake.batch')),
        migrations.AddConstraint(model_name='absence', constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('register', 'row'), name='absence_open_once')),
        migrations.AddField(model_name='sourcerun', name='counted', field=models.JSONField(default=dict)),
        migrations.AddField(
            model_name='sourcerun',
            name='file',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.attachment', verbose_name='上传的文件'),
        ),
        migrations.CreateModel(
            name='DeclaredSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division', hezhu.core.access.divisions.DivisionField(db_index=True, max_length=6, verbose_name='县（市、区）')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='演示数据')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='名称')),
                ('text', models.TextField(verbose_name='声明')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='申报时间')),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申报人')),
            ],
            options={
                'verbose_name': '申报的来源',
                'verbose_name_plural': '申报的来源',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='DeclaredSourceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('division', hezhu.core.access.divisions.DivisionField(max_length=6, verbose_name='县（市、区）')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='演示数据')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('text', models.TextField(verbose_name='声明')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='申报时间')),
                ('changed_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申报人')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.declaredsource')),
            ],
            options={
                'abstract': False,
            },
        ),
        AddTriggers(
            triggers=[
                ('declaredsource', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "intake_declaredsourceevent" ("changed_at", "changed_by_id", "division", "id", "is_demo", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") SELECT new_values."changed_at", new_values."changed_by_id", new_values."division", new_values."id", new_values."is_demo", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."text" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='2f5487a5204382650f1b9674381a780bde7b2cb5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_7a612', referencing='REFERENCING NEW TABLE AS new_values ', table='intake_declaredsource', when='AFTER'))),
                ('declaredsource', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "intake_declaredsourceevent" ("changed_at", "changed_by_id", "division", "id", "is_demo", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") SELECT new_values."changed_at", new_values."changed_by_id", new_values."division", new_values."id", new_values."is_demo", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."text" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='5884f78c08d6dc43f7d8e6bfe7eca1b1d4f06183', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_10ccb', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='intake_declaredsource', when='AFTER'))),
                ('declaredsource', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "intake_declaredsourceevent" ("changed_at", "changed_by_id", "division", "id", "is_demo", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text") SELECT old_values."changed_at", old_values."changed_by_id", old_values."division", old_values."id", old_values."is_demo", old_values."name", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."text" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='819da83125fb0bfab2400a200600da46517a8e1d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_a3fb4', referencing='REFERENCING OLD TABLE AS old_values ', table='intake_declaredsource', when='AFTER'))),
            ],
        ),
    ]
