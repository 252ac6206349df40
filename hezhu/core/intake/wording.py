"""The names of refusals as the page groups them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

RULES = {
    "required": _("必填项为空"),
    "key.repeated": _("同批重复"),
    "credit-code.check": _("校验位不符"),
    "credit-code.character": _("字符不对"),
    "id-number.check": _("校验位不符"),
    "division.outside": _("不在本市"),
    "scope.division": _("不在管辖范围"),
    "scope.elsewhere": _("由别的县（市、区）登记"),
    "reference.unknown": _("没有登记"),
    "code.retired": _("代码已停用"),
    "code-list.unknown": _("不在代码表中"),
    "code-list.ambiguous": _("对应多个代码"),
    "number.integer": _("应为整数"),
    "number.shape": _("不是数字"),
    "value.range": _("超出范围"),
    "text.length": _("文字过长"),
    "cell.formula": _("公式没有算好的值"),
    "cell.formula-text": _("像公式"),
    "cell.error": _("错误值"),
    "cell.long-number": _("长数字末几位已丢"),
    "row.extra-cells": _("本行多出单元格"),
    "register.check": _("不满足登记要求"),
}
KINDS = {
    "length": _("位数不对"),
    "character": _("字符不对"),
    "check": _("校验位不符"),
    "shape": _("写法不对"),
    "birth": _("出生日期不成立"),
    "kind": _("类别不对"),
    "serial": _("序号不对"),
    "month": _("日期不成立"),
    "day": _("日期不成立"),
    "no-day": _("日期缺日"),
    "short-year": _("年份不全"),
    "scientific": _("科学计数法"),
    "table": _("分类表号不对"),
}


def reason_name(label: str, rule: str) -> str:
    """统一社会信用代码校验位不符, for a label and a rule."""
    words = RULES.get(rule) or KINDS.get(rule.rsplit(".", 1)[-1]) or _("不合要求")
    return f"{label}{words}" if rule != "key.repeated" else str(words)
