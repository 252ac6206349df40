"""Every review case becomes the review of a model version: its file, and what was made from it, move there."""

from collections import Counter
from itertools import pairwise

from django.db import migrations
from django.db.models import Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

STAGES = {
    "planning": "scheme",
    "drawings": "construction_drawing",
    "change": "construction_drawing",
    "completion": "completion",
}


def hold_versions(apps, schema_editor):
    """One version for each content within a place, numbered by first submission."""
    ReviewCase = apps.get_model("bim", "ReviewCase")
    ModelVersion = apps.get_model("bim", "ModelVersion")
    tables = dict(apps.get_model("bim", "CaseTables").objects.values_list("case_id", "file_id"))
    last, known = Counter(), {}
    for case in ReviewCase.objects.filter(model_version=None).select_related("model_file").order_by("pk").iterator():
        place = (case.project_id, case.building_id, STAGES[case.stage])
        version = known.get((*place, case.model_file.file_id))
        if version is None:
            last[place] += 1
            version = ModelVersion.objects.create(
                project_id=case.project_id,
                building_id=case.building_id,
                stage=place[2],
                discipline="architecture",
                number=last[place],
                purpose="送审",
                status="shared",
                author_id=case.submitted_by_id,
                unit_id=case.unit_id,
                model_file_id=case.model_file_id,
                division=case.division,
                is_demo=case.is_demo,
            )
            ModelVersion.objects.filter(pk=version.pk).update(created_at=case.submitted_at)
            version.created_at = case.submitted_at
            known[(*place, case.model_file.file_id)] = version
        version.viewer_file_id = case.viewer_file_id or version.viewer_file_id
        version.content_file_id = case.content_file_id or version.content_file_id
        version.tables_file_id = tables.get(case.pk) or version.tables_file_id
        version.viewer_failed = case.viewer_failed and version.viewer_file_id is None
        version.save()
        ReviewCase.objects.filter(pk=case.pk).update(model_version=version)
    publish(ModelVersion)
    complete_history(apps.get_model("bim", "ReviewCaseEvent"), ReviewCase)


def publish(ModelVersion):
    """An approved version is published; the last of a place stays so, those before it are archived behind their successor."""
    approved = ModelVersion.objects.filter(cases__state="approved").annotate(at=Max("cases__concluded_at"))
    places = {}
    for version in approved.order_by("number"):
        places.setdefault((version.project_id, version.building_id, version.stage), []).append(version)
    for versions in places.values():
        for former, successor in pairwise(versions):
            former.status, former.superseded_by, former.published_at = "archived", successor, former.at
            former.save()
        versions[-1].status, versions[-1].published_at = "published", versions[-1].at
        versions[-1].save()


def complete_history(ReviewCaseEvent, ReviewCase):
    """What was recorded of a case names its version too; 0, no version, where the case itself is gone."""
    version = ReviewCase.objects.filter(pk=OuterRef("id")).values("model_version")[:1]
    ReviewCaseEvent.objects.filter(model_version=None).update(model_version=Coalesce(Subquery(version), Value(0)))


class Migration(migrations.Migration):
    dependencies = [("bim", "0005_model_versions")]

    operations = [migrations.RunPython(hold_versions, migrations.RunPython.noop, elidable=True)]
