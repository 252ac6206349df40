from django.urls import path

from hezhu.gate import door, views

app_name = "gate"
urlpatterns = [
    path("open.api", door.open_api, name="door"),
    path("gates/", views.keys, name="keys"),
    path("gates/new/", views.new_key, name="new"),
    path("gates/<int:pk>/", views.key_page, name="key"),
    path("gates/<int:pk>/revoke/", views.revoke, name="revoke"),
]
