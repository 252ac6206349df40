from django.urls import path, re_path

from hezhu.core.oauth import views

app_name = "oauth"
urlpatterns = [
    path("oauth2/authorize", views.authorize, name="authorize"),
    path("oauth2/token", views.token, name="token"),
    path("oauth2/revoke", views.revoke, name="revoke"),
    path("foundation/versions", views.versions, name="versions"),
    re_path(r"^foundation/1\.[01]/auth$", views.auth_methods, name="auth"),
    re_path(r"^foundation/1\.[01]/current-user$", views.current_user, name="current-user"),
    path("account/programs/", views.accesses, name="accesses"),
    path("account/clients/", views.clients, name="clients"),
    path("account/clients/<int:pk>/stop/", views.stop_client, name="stop-client"),
]
