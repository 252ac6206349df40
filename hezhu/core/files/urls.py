from django.urls import path

from hezhu.core.files import pieces, views

app_name = "files"
urlpatterns = [
    path("<int:pk>/", views.download, name="download"),
    path("uploads/", pieces.begin, name="begin-upload"),
    path("uploads/<uuid:pk>/", pieces.piece, name="upload"),
]
