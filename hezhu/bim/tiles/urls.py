from django.urls import path, re_path

from hezhu.bim.tiles import serving, views

app_name = "tiles"
urlpatterns = [
    path("bim/projects/<str:number>/placement/", views.placement, name="placement"),
    path("bim/projects/<str:number>/placement/back/<int:event>/", views.go_back, name="back"),
    path("bim/projects/<str:number>/placement/tiles/<int:pk>/", views.make, name="make"),
    path("tiles/city/tileset.json", serving.city_tileset, name="city"),
    path("tiles/models/<int:pk>/tileset.json", serving.model_tileset, name="model"),
    path("tiles/models/<int:pk>/model.3tz", serving.model_archive, name="archive"),
    re_path(r"^tiles/models/(?P<pk>\d+)/(?P<name>[\w-]+\.glb)$", serving.model_content, name="content"),
]
