"""Where a project's models stand on the map, and the tiles made of a model version."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.scoping import Scoped
from hezhu.core.history import keeps_history
from hezhu.registers.projects.models import PARTIES


@keeps_history()
class ProjectPlacement(Scoped):
    """Map position (定位) of the origin of the models of a project, or of one of its buildings, as a person gave it.

    It goes before what a model file says of itself. ``easting``/``northing`` are always x, y: metres, or degrees of longitude and latitude
    for EPSG:4490. ``rotation`` is the angle from the map's east to the model's x axis, counter-clockwise. ``anomaly`` is the height of the
    ellipsoid above the 1985 datum's zero here (高程异常), empty when nobody knows it. ``revision`` counts changes, so that of two people who
    change it at once the second is told.
    """

    class Source(models.TextChoices):
        SURVEY = "survey", _("测绘成果")
        PLAN = "plan", _("规划总图")
        MAP = "map", _("在本页图上摆放")
        ONLINE = "online", _("在线地图（高德、百度、腾讯）")

    project = models.ForeignKey("projects.Project", verbose_name=_("项目"), on_delete=models.PROTECT, related_name="placements")
    building = models.ForeignKey(
        "projects.UnitBuilding",
        verbose_name=_("单体建筑"),
        on_delete=models.PROTECT,
        related_name="placements",
        null=True,
        blank=True,
    )
    crs = models.CharField(_("坐标系"), max_length=12, default="EPSG:4549")
    easting = models.FloatField(_("东坐标或经度"))
    northing = models.FloatField(_("北坐标或纬度"))
    height = models.FloatField(_("模型 ±0.000 的高程（m）"), default=0)
    anomaly = models.FloatField(_("高程异常（m）"), null=True, blank=True)
    rotation = models.FloatField(_("旋转角（°）"), default=0)
    source = models.CharField(_("坐标来源"), max_length=10, choices=Source.choices, default=Source.SURVEY)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("定位人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    VALUES: ClassVar[tuple[str, ...]] = ("crs", "easting", "northing", "height", "anomaly", "rotation", "source")
    unit_paths: ClassVar[tuple[str, ...]] = tuple(f"project__{party}" for party in PARTIES)

    class Meta:
        verbose_name = _("模型定位")
        verbose_name_plural = _("模型定位")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "building"], name="placement_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.crs} {self.easting}, {self.northing}"


class ModelTiles(models.Model):
    """3D Tiles of one model version, without a place: one archive (``engines.ifc.tiles.archive``). The row goes with its version.

    ``stated`` is the placement the file gives itself; ``box`` and ``error_m`` are the root's, ``origin`` what its metres are relative to.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        MAKING = "making", _("生成中")
        DONE = "done", _("已生成")
        FAILED = "failed", _("未完成")

    version = models.OneToOneField("bim.ModelVersion", on_delete=models.CASCADE, related_name="tiles")
    file = models.ForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.QUEUED)
    failure = models.TextField(_("未完成的原因"), blank=True)
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, related_name="+", null=True)
    stated = models.JSONField(null=True)
    box = models.JSONField(default=list)
    origin = models.JSONField(default=list)
    error_m = models.FloatField(default=0)
    footprint = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    made_at = models.DateTimeField(_("生成时间"), null=True)

    class Meta:
        verbose_name = _("城市模型切片")

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"

    @property
    def is_running(self) -> bool:
        """Waiting for the machine, and the machine has not given up."""
        return self.state in (self.State.QUEUED, self.State.MAKING) and (self.job is None or self.job.is_active)
