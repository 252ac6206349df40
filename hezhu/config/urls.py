"""Every address of the platform, one line a room."""

from django.urls import include, path

from hezhu.bim.topics.api import bcf_api
from hezhu.config.api import api
from hezhu.config.health import healthz

handler400 = "hezhu.core.errors.handlers.bad_request"
handler403 = "hezhu.core.errors.handlers.permission_denied"
handler404 = "hezhu.core.errors.handlers.not_found"
handler500 = "hezhu.core.errors.handlers.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("api/v1/", api.urls),
    path("bcf/3.0/", bcf_api.urls),
    path("", include("hezhu.core.oauth.urls")),
    path("", include("hezhu.core.access.urls")),
    path("r/", include("hezhu.core.register.urls")),
    path("files/", include("hezhu.core.files.urls")),
    path("jobs/", include("hezhu.core.jobs.urls")),
    path("", include("hezhu.core.cases.urls")),
    path("intake/", include("hezhu.core.intake.urls")),
    path("projects/", include("hezhu.registers.projects.urls")),
    path("documents/", include("hezhu.registers.documents.urls")),
    path("", include("hezhu.gate.urls")),
    path("tasks/", include("hezhu.programme.urls")),
    path("plans/", include("hezhu.bim.plans.urls")),
    path("", include("hezhu.bim.tiles.urls")),
    path("bim/", include("hezhu.bim.life.urls")),
    path("drawings/", include("hezhu.bim.drawings.urls")),
    path("bim/", include("hezhu.bim.urls")),
    path("", include("hezhu.portal.urls")),
]
