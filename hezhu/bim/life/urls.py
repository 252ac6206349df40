from django.urls import path

from hezhu.bim.life import carried_views, difference_views, file_views, needs_views, views

app_name = "life"
urlpatterns = [
    path("<str:number>/carried/", carried_views.carried, name="carried"),
    path("<str:number>/carried/adopt/", carried_views.adopt, name="adopt"),
    path("<str:number>/promises/<int:pk>/settle/", carried_views.settle, name="settle"),
    path("projects/<str:number>/needs/", needs_views.needs, name="needs"),
    path("models/<int:pk>/needs/", needs_views.version_needs, name="version-needs"),
    path("projects/<str:number>/models/", views.models, name="models"),
    path("projects/<str:number>/models/upload/", views.upload, name="upload"),
    path("models/<int:pk>/", views.version, name="version"),
    path("models/<int:pk>/move/", views.move, name="move"),
    path("models/<int:pk>/prepare/", views.prepare, name="prepare"),
    path("models/<int:pk>/waiting/", views.waiting, name="waiting"),
    path("models/<int:pk>/compare/", views.compare, name="compare"),
    path("models/<int:pk>/stage/", file_views.stage, name="stage"),
    path("models/<int:pk>/model.frag", file_views.viewer_file, name="viewer-file"),
    path("models/<int:pk>/elements.json", file_views.elements, name="elements"),
    path("models/<int:pk>/properties/<str:global_id>/", file_views.properties, name="properties"),
    path("models/<int:pk>/model/", file_views.model_file, name="model-file"),
    path("models/<int:pk>/difference/<int:other>/", difference_views.difference, name="difference"),
    path("models/<int:pk>/difference/<int:other>/rows/", difference_views.rows, name="difference-rows"),
    path("models/<int:pk>/difference/<int:other>.json", difference_views.difference_json, name="difference-json"),
    path("models/<int:pk>/difference/<int:other>.xlsx", difference_views.difference_sheet, name="difference-sheet"),
]
