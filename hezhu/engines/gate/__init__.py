"""The worker platform's call protocol (全国建筑工人管理服务信息平台), as site gates already speak it: envelope, signature, sealed numbers, rows.

Pure: what arrives is judged and turned into rows; whose key it is and where rows go is the business of ``hezhu.gate``.
"""

from hezhu.engines.gate.envelope import Envelope, ProtocolError, check, read, signature
from hezhu.engines.gate.passes import Pass, RefusedRow, passes_of

__all__ = ["Envelope", "Pass", "ProtocolError", "RefusedRow", "check", "passes_of", "read", "signature"]
