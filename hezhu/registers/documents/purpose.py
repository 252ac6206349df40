"""What kinds of file 图档库 takes."""

from hezhu.core.files.kinds import Kind
from hezhu.core.files.purposes import add

PURPOSE = "document"

add(
    PURPOSE,
    Kind.PDF,
    Kind.DOCX,
    Kind.XLSX,
    Kind.TEXT,
    Kind.PNG,
    Kind.JPEG,
    Kind.WEBP,
    Kind.ZIP,
    Kind.IFC,
    Kind.IFCZIP,
    Kind.BCF,
)
