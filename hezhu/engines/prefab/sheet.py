"""Entered quantities: one row an item, as CSV or XLSX, with errors that name line, field and remedy."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from hezhu.engines.prefab.inputs import ItemInput, Provenance
from hezhu.engines.prefab.profile import Item, Profile, load_profile

COLUMNS = ("编号", "评价项", "分子", "分母", "比例", "采用", "功能缺少", "备注")
_ALIASES = {
    "item": "编号",
    "id": "编号",
    "title": "评价项",
    "numerator": "分子",
    "denominator": "分母",
    "ratio": "比例",
    "adopted": "采用",
    "absent": "功能缺少",
    "note": "备注",
}
_YES, _NO = {"是", "有", "采用", "1", "true", "yes", "y"}, {"否", "无", "未采用", "0", "false", "no", "n"}
MAX_ROWS = 1000
MAX_BYTES = 4 * 2**20
MAX_UNPACKED_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """One thing wrong with the sheet: line (from 1, 0 for the whole file), field, what is wrong and how to mend it."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"第 {self.line} 行" if self.line else "填报表"
        return f"{place}“{self.field}”：{self.message}" if self.field else f"{place}：{self.message}"


class SheetInvalid(ValueError):
    """A sheet that cannot be used; nothing of it was taken. ``problems`` holds every mistake found."""

    def __init__(self, problems: list[SheetProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("；".join(str(problem) for problem in problems))


def sheet_template(profile: Profile | None = None) -> str:
    """An empty CSV sheet with one row an item, for people to fill in. Has a byte order mark, so that Excel reads it."""
    profile = profile or load_profile()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in profile.items:
        meaning = "填 是 或 否" if item.yes_no else f"{item.numerator} / {item.denominator}（{item.unit}）"
        writer.writerow([item.id, item.title, "", "", "", "", "", meaning])
    return "\ufeff" + out.getvalue()


def quantities_from_sheet(path: Path | str, profile: Profile | None = None) -> dict[str, ItemInput]:
    """Inputs by item id; rows left empty are skipped. Raises ``SheetInvalid`` with every mistake at once."""
    profile = profile or load_profile()
    problems: list[SheetProblem] = []
    found: dict[str, ItemInput] = {}
    lines: dict[str, int] = {}
    for line, row in _rows(Path(path)):
        if not any(row.get(name) for name in COLUMNS[2:7]):
            continue
        item = _find(row, profile)
        if item is None:
            problems.append(SheetProblem(line, "编号", _unknown_item(row, profile)))
            continue
        if item.id in lines:
            problems.append(SheetProblem(line, "编号", f"{item.id} 在第 {lines[item.id]} 行已经填过，只留一行"))
            continue
        lines[item.id] = line
        entered = _read(row, item, line, problems)
        if entered is not None:
            found[item.id] = entered
    if problems:
        raise SheetInvalid(problems)
    if not found:
        raise SheetInvalid([SheetProblem(0, "", "没有填任何评价项；至少填一行的分子与分母")])
    return found


def _unknown_item(row: Mapping[str, str], profile: Profile) -> str:
    given = row.get("编号") or row.get("评价项") or "（空）"
    return f"没有评价项“{given}”；可填：{'、'.join(item.id for item in profile.items)}"


def _find(row: Mapping[str, str], profile: Profile) -> Item | None:
    key, title = row.get("编号", ""), row.get("评价项", "")
    if key:
        return profile.item(key)
    return next((item for item in profile.items if item.title == title), None)


def _read(row: Mapping[str, str], item: Item, line: int, problems: list[SheetProblem]) -> ItemInput | None:
    before = len(problems)
    numerator = _number(row, "分子", line, problems)
    denominator = _number(row, "分母", line, problems)
    ratio = _number(row, "比例", line, problems)
    adopted = _yes_no(row, "采用", line, problems)
    absent = _yes_no(row, "功能缺少", line, problems)
    if len(problems) == before:
        problems += _contradictions(item, line, numerator, denominator, ratio, adopted, absent)
    if len(problems) > before:
        return None
    return ItemInput(
        Provenance.SHEET,
        numerator=numerator,
        denominator=denominator,
        ratio=ratio,
        adopted=adopted if item.yes_no else None,
        absent=bool(absent),
        note=row.get("备注", ""),
    )


def _contradictions(
    item: Item,
    line: int,
    numerator: float | None,
    denominator: float | None,
    ratio: float | None,
    adopted: bool | None,
    absent: bool | None,
) -> Iterator[SheetProblem]:
    if absent:
        if numerator or ratio or adopted:
            yield SheetProblem(line, "功能缺少", "填了“是”就不能再填数量；删去其中一个")
        return
    if item.yes_no:
        if adopted is None:
            yield SheetProblem(line, "采用", f"{item.title}只能填 是 或 否")
        return
    if adopted is not None:
        yield SheetProblem(line, "采用", f"{item.title}按比例计分，不填“采用”，改填分子与分母")
        return
    if ratio is None and (numerator is None or denominator is None):
        yield SheetProblem(line, "分子" if numerator is None else "分母", "分子与分母要一起填，或者只填比例")
        return
    yield from _wrong_numbers(line, numerator, denominator, ratio)


def _wrong_numbers(line: int, numerator: float | None, denominator: float | None, ratio: float | None) -> Iterator[SheetProblem]:
    if denominator is not None and denominator <= 0:
        yield SheetProblem(line, "分母", f"应大于 0，现为 {denominator:g}")
    elif numerator is not None and denominator is not None:
        if numerator > denominator:
            yield SheetProblem(line, "分子", f"{numerator:g} 大于分母 {denominator:g}；核对两个数是否填反")
        elif ratio is not None and abs(numerator / denominator - ratio) > 0.001:
            yield SheetProblem(line, "比例", f"{ratio:g} 与分子、分母之比 {numerator / denominator:.4f} 不一致；只留一种")
    if ratio is not None and ratio > 1:
        yield SheetProblem(line, "比例", f"应在 0～1 之间（或写成百分数，如 75%），现为 {ratio:g}")


def _number(row: Mapping[str, str], field: str, line: int, problems: list[SheetProblem]) -> float | None:
    text = row.get(field, "").replace(",", "").replace("，", "").strip()
    if not text:
        return None
    percent = text.endswith(("%", "％"))
    try:
        value = float(text.rstrip("%％")) / (100 if percent else 1)
    except ValueError:
        problems.append(SheetProblem(line, field, f"“{text}”不是数字；只填数字，不带单位"))
        return None
    if not 0 <= value < 1e12:
        problems.append(SheetProblem(line, field, f"应是不小于 0 的数，现为 {text}"))
        return None
    return value


def _yes_no(row: Mapping[str, str], field: str, line: int, problems: list[SheetProblem]) -> bool | None:
    text = row.get(field, "").strip().lower()
    if not text:
        return None
    if text in _YES or text in _NO:
        return text in _YES
    problems.append(SheetProblem(line, field, f"“{text}”看不懂；填 是 或 否"))
    return None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with their line numbers, keyed by the Chinese column names."""
    table = list(_cells(path))
    if len(table) > MAX_ROWS:
        raise SheetInvalid([SheetProblem(0, "", f"超过 {MAX_ROWS} 行，不像填报表；请用模板填写")])
    if not table:
        raise SheetInvalid([SheetProblem(0, "", "是空的；请用模板填写")])
    head = [_ALIASES.get(cell.strip().lower(), cell.strip()) for cell in table[0][1]]
    if not {"编号", "评价项"} & set(head):
        wanted = "、".join(COLUMNS)
        raise SheetInvalid([SheetProblem(table[0][0], "表头", f"没有“编号”或“评价项”一栏；表头应为：{wanted}")])
    for line, cells in table[1:]:
        yield line, {name: cell.strip() for name, cell in zip(head, cells, strict=False)}


def _cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SheetInvalid([SheetProblem(0, "", f"{path.name} 超过 {MAX_BYTES // 2**20} MB，不像填报表；请用模板填写")])
        if path.suffix.lower() == ".xlsx":
            yield from _xlsx_cells(path)
        elif path.suffix.lower() == ".csv":
            yield from _csv_cells(path)
        else:
            raise SheetInvalid([SheetProblem(0, "", f"{path.name} 的类型不支持；请用 .csv 或 .xlsx")])
    except FileNotFoundError as error:
        raise SheetInvalid([SheetProblem(0, "", f"找不到文件 {path.name}")]) from error
    except (BadZipFile, KeyError, OSError) as error:
        raise SheetInvalid([SheetProblem(0, "", f"{path.name} 打不开，不是完好的表格文件；请另存后再试")]) from error


def _xlsx_cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    with ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise SheetInvalid([SheetProblem(0, "", f"{path.name} 解压后过大，不像填报表；请用模板填写")])
    import openpyxl  # takes longer to import than most reviews need to open the model; few reviews have a sheet

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for line, row in enumerate(book.worksheets[0].iter_rows(values_only=True, max_row=MAX_ROWS + 1), start=1):
            cells = ["" if value is None else str(value) for value in row]
            if any(cells):
                yield line, cells
    finally:
        book.close()


def _csv_cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise SheetInvalid([SheetProblem(0, "", "文字编码不是 UTF-8 或 GB18030；请另存为 UTF-8 的 CSV")]) from error
    reader = csv.reader(io.StringIO(text))
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise SheetInvalid([SheetProblem(reader.line_num, "", "引号没有配对，读不下去；检查这一行")]) from error
