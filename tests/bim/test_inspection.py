"""The engines' own process, for real: a small sample building, hostile files, and processes that crash, hang or are orphaned."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

from hezhu.bim import errors, processes
from hezhu.bim.inspection import Request, bucket_of
from hezhu.bim.processes import Conversion, run_engines
from hezhu.engines import ifc
from hezhu.engines.ifc.sample import write_sample

STEP = (
    b"ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('a','2026-01-01T00:00:00',(''),(''),'','','');\n"
    b"FILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n"
)


def request_for(model: Path, tmp_path: Path, **changes: object) -> Request:
    out = tmp_path / "out"
    out.mkdir()
    said = {"model": str(model), "out": str(out), "pack": "cn-base", "building_kind": "dwelling", "on": "2026-09-15"}
    return Request(**{**said, "profile": "gbt51129-2017", **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample") / "示例.ifc", {"narrow-door"}, storeys=3)


def test_a_model_leaves_findings_reports_quantities_and_panels(sample, tmp_path) -> None:
    said: list[float] = []
    request = request_for(sample, tmp_path)
    run_engines(request, lambda fraction, sentence: said.append(fraction))
    out = Path(request.out)
    findings = json.loads((out / "findings.json").read_text())
    failed = [item for item in findings if item["verdict"] == "fail"]
    assert {item["subject"]["ifc_class"] for item in failed} == {"IfcDoor"}
    assert said[-1] == 1.0
    assert said == sorted(said)
    summary = json.loads((out / "summary.json").read_text())
    assert summary["model"]["file"] == "示例.ifc"
    assert [storey["name"] for storey in summary["model"]["storeys"]] == ["1F", "2F", "3F", "屋面"]
    assert json.loads((out / "assembly.json").read_text())["result"]["qualified"] is True
    with zipfile.ZipFile(out / "content.zip") as content:
        storeys = json.loads(content.read("storeys.json"))["storeys"]
        assert len(storeys) == 4
        global_id = failed[0]["subject"]["global_id"]
        panel = json.loads(content.read(bucket_of(global_id)))[global_id]
        assert ["类", "IfcDoor"] in panel["groups"][0]["rows"]
    assert all((out / name).stat().st_size > 0 for name in ("review.json", "review.html", "review.bcf"))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.ifc", b"hello", "not-ifc"),
        ("a.ifc", b"ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n#1=IFCPROJECT(", "truncated"),
        ("a.ifc", STEP.replace(b"IFC4", b"IFC9"), "unknown-schema"),
        ("a.ifc", STEP, "no-project"),
    ],
)
def test_an_unreadable_model_is_refused_with_code_and_sentence(tmp_path, name, content, code) -> None:
    model = tmp_path / name
    model.write_bytes(content)
    with pytest.raises(errors.ModelRefused) as refusal:
        run_engines(request_for(model, tmp_path), lambda fraction, sentence: None)
    assert refusal.value.data["code"] == code
    assert len(str(refusal.value)) > 8


def test_an_invalid_ids_names_the_file(sample, tmp_path) -> None:
    ids = tmp_path / "交付要求.ids"
    ids.write_text("<ids xmlns='http://standards.buildingsmart.org/IDS'></ids>")
    with pytest.raises(errors.ModelRefused) as refusal:
        run_engines(request_for(sample, tmp_path, ids=(str(ids),)), lambda fraction, sentence: None)
    assert refusal.value.data["code"] == "ids-invalid"
    assert "交付要求.ids" in str(refusal.value)


def program(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


def test_a_crash_of_the_kernel_is_told_and_fails_only_the_case(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(processes, "ENGINES", program("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))
    with pytest.raises(errors.ReviewBroke) as refusal:
        run_engines(request_for(tmp_path / "a.ifc", tmp_path), lambda fraction, sentence: None)
    assert refusal.value.data["how"] == f"signal {int(signal.SIGSEGV)}"


PLANTED = """
import sys
from hezhu.engines.ifc.geometry import mesh
from tests.engines.ifc.test_hostile import killing
mesh._meshes = killing({victim!r})
from hezhu.bim.inspection import main
sys.exit(main(sys.argv[1:]))
"""


def test_an_element_that_kills_the_kernel_is_named_and_the_rest_is_reviewed(sample, tmp_path, monkeypatch) -> None:
    victim = ifc.read(sample).of_class("IfcDoor")[0]
    monkeypatch.setattr(processes, "ENGINES", program(PLANTED.format(victim=victim.global_id)))
    request = request_for(sample, tmp_path)
    run_engines(request, lambda fraction, sentence: None)
    (warning,) = json.loads((Path(request.out) / "summary.json").read_text())["model"]["warnings"]
    assert victim.global_id in warning
    assert "崩溃" in warning
    findings = json.loads((Path(request.out) / "findings.json").read_text())
    verdicts = {item["verdict"] for item in findings if item["subject"]["global_id"] == victim.global_id}
    assert "pass" not in {
        item["verdict"] for item in findings if item["subject"]["global_id"] == victim.global_id and item["measured"]
    }
    assert verdicts


def test_a_model_beyond_the_memory_is_refused_in_words(sample, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HEZHU_MODEL_MEMORY_MB", "150")
    with pytest.raises((errors.ModelRefused, errors.ReviewBroke)) as refusal:
        run_engines(request_for(sample, tmp_path), lambda fraction, sentence: None)
    if isinstance(refusal.value, errors.ModelRefused):
        assert refusal.value.data["code"] == "out-of-memory"
        assert "0.1 GB" in str(refusal.value)


def test_a_process_that_hangs_is_ended_at_the_time_limit(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(processes, "ENGINES", program("import time; time.sleep(60)"))
    started = time.monotonic()
    with pytest.raises(errors.ReviewBroke) as refusal:
        run_engines(request_for(tmp_path / "a.ifc", tmp_path), lambda fraction, sentence: None, time_limit=1)
    assert refusal.value.data["how"] == "timeout"
    assert time.monotonic() - started < 20


def test_stopping_the_job_ends_the_process(tmp_path, monkeypatch) -> None:
    pid_file = tmp_path / "pid"
    text = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); print('0.1\\tx', flush=True); time.sleep(60)"
    monkeypatch.setattr(processes, "ENGINES", program(text))

    class Cancelled(Exception):
        pass

    def tell(fraction: float, sentence: str) -> None:
        if fraction == 0.1:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_engines(request_for(tmp_path / "a.ifc", tmp_path), tell)
    assert not Path(f"/proc/{pid_file.read_text()}").exists()


def test_the_process_ends_when_its_parent_is_gone() -> None:
    text = "import time; from hezhu.bim.child import end_with_parent;end_with_parent(); time.sleep(60)"
    child = subprocess.Popen(program(text), stdin=subprocess.PIPE, cwd=settings.BASE)
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(timeout=30) == 3


def test_the_viewer_file_is_made_by_the_converter(sample, tmp_path) -> None:
    if not (settings.BASE / "web" / "node_modules" / "@thatopen" / "fragments").is_dir():
        pytest.skip("web/node_modules is not installed")
    conversion = Conversion(sample, tmp_path / "model.frag")
    try:
        made = conversion.wait(lambda: None)
    finally:
        conversion.end()
    assert made == tmp_path / "model.frag"
    assert made.read_bytes()[0] == 0x78


def test_a_model_the_converter_cannot_read_gives_no_viewer_file(tmp_path) -> None:
    broken = tmp_path / "a.ifc"
    broken.write_text("hello")
    conversion = Conversion(broken, tmp_path / "model.frag")
    try:
        assert conversion.wait(lambda: None) is None
    finally:
        conversion.end()
