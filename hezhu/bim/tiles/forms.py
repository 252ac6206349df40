"""The placement form."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from hezhu.bim.tiles.models import ProjectPlacement
from hezhu.bim.tiles.placing import rules
from hezhu.engines.ifc.tiles import TilesRefused
from hezhu.engines.ifc.tiles.placement import system


class PlacementForm(forms.ModelForm):
    """Coordinates of the model's origin; ``seen`` is the revision the person looks at."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    confirmed = forms.BooleanField(label=_("已核对，仍按此保存"), required=False)

    class Meta:
        model = ProjectPlacement
        fields: ClassVar[list[str]] = ["crs", "easting", "northing", "height", "anomaly", "rotation", "source"]
        help_texts: ClassVar[dict[str, Any]] = {
            "easting": _("模型原点（0, 0, 0）。EPSG:4549 写米，不带带号；EPSG:4490 写经度"),
            "northing": _("EPSG:4549 写米；EPSG:4490 写纬度"),
            "height": _("1985 国家高程"),
            "anomaly": _("椭球高减 1985 高程，由测绘单位给出；空着按 0 放置，嘉兴会低约 10 m"),
            "rotation": _("从图上正东逆时针到模型 X 轴"),
            "source": _("在线地图的坐标有偏移，不采用"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crs"] = forms.ChoiceField(label=_("坐标系"), choices=[(code, _named(code)) for code in rules()["choices"]])
        for name in ("easting", "northing", "height", "anomaly", "rotation"):
            field = self.fields[name]
            field.widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
        self.fields["height"].required = self.fields["rotation"].required = False
        for name, field in self.fields.items():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            if not isinstance(field.widget, forms.HiddenInput | forms.CheckboxInput):
                field.widget.attrs |= {"class": css, "aria-describedby": f"help-{name}", "data-place": name}

    def values(self) -> dict[str, Any]:
        """Cleaned values; height and rotation left empty are 0."""
        data = {name: self.cleaned_data[name] for name in ProjectPlacement.VALUES}
        return data | {"height": data["height"] or 0.0, "rotation": data["rotation"] or 0.0}


def _named(code: str) -> str:
    """The code with the system's own name."""
    try:
        return f"{code} · {system(code).name.replace('China Geodetic Coordinate System 2000', 'CGCS2000 lon/lat')}"
    except TilesRefused:
        return code
