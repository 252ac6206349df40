"""Building model files: what a model says (``read``) and what its geometry measures (``Model.geometry``).

IFC2X3 (with the older 2X headers), IFC4 and IFC4X3, as STEP text or ifcZIP. The facts are plain data in SI units; rules,
quantities, reports and the viewer are built on them without touching the file again.
"""

from hezhu.engines.ifc import openshell

openshell.load()

from hezhu.engines.ifc.errors import ModelUnreadable  # noqa: E402
from hezhu.engines.ifc.limits import Limits  # noqa: E402
from hezhu.engines.ifc.model import Element, Header, Model, Storey  # noqa: E402
from hezhu.engines.ifc.reader import read  # noqa: E402

__all__ = ["Element", "Header", "Limits", "Model", "ModelUnreadable", "Storey", "read"]
