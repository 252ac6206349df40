"""What the map and the city model refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import BadInput, Refusal


class PlacementWrong(BadInput):
    code = "placement-wrong"
    message = _("定位没有保存：%(reason)s")


class PlacementDoubtful(Refusal):
    """``problems`` lists what is doubtful; the same call with ``confirmed`` goes through."""

    code = "placement-doubtful"
    status = 422
    title = _("定位需要核对")
    message = _("定位没有保存。请核对，确实无误时勾选“已核对”再保存。")


class PlacementChanged(Refusal):
    code = "placement-changed"
    title = _("已有人改过")
    message = _("您打开本页之后，%(by)s 已改过这个定位。页面已换成最新的值，请对照后重新填写。")


class NotPlaced(Refusal):
    code = "model-not-placed"
    title = _("模型没有定位")
    message = _("这个模型没有定位，不能放到城市模型里。请在 %(where)s 填写定位，或导出带地图转换（IfcMapConversion）的模型。")


class NoTiles(Refusal):
    code = "model-without-tiles"
    title = _("还没有切片")
    message = _("这个模型版本还没有生成切片。请在 %(where)s 生成。")


class TilesRunning(Refusal):
    code = "tiles-running"
    message = _("切片正在生成，完成后再试。")
