"""What can be refused about background work, and the signals by which running work is asked to end."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import HezhuError, Refusal


class JobNotActive(Refusal):
    code = "job-not-active"
    message = _("“%(title)s”已经结束，不能取消。")


class JobNotFailed(Refusal):
    code = "job-not-failed"
    message = _("“%(title)s”没有失败，不用重试。")


class JobAlreadyActive(Refusal):
    code = "job-already-active"
    message = _("“%(title)s”已经另有一次在处理，等它结束。")


class JobCrashed(HezhuError):
    """An unexpected fault in our code or the machine; the log holds the details under the reference."""

    code = "job-crashed"
    message = _("处理中断，已试 %(attempts)d 次。问题编号 %(reference)s，请转告管理员。已存的数据没有改动。")


class JobLost(HezhuError):
    code = "job-lost"
    message = _("这件事没能进入处理队列。点“重试”重新排队。")


class JobStopped(Exception):
    """Running work must end now. Raised by Progress inside a job; a job lets it pass."""


class JobCancelled(JobStopped):
    """A person cancelled it."""


class WorkerStopping(JobStopped):
    """The worker is being shut down: the job goes back to the queue and starts again elsewhere."""


class Superseded(JobStopped):
    """This run was given up for dead and another has taken its place: it may write nothing more."""
