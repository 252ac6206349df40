from django.urls import path

from hezhu.bim.plans import views

app_name = "plans"
urlpatterns = [
    path("projects/<str:number>/apply/", views.apply, name="apply"),
    path("projects/<str:number>/conditions/", views.conditions, name="conditions"),
    path("<str:number>/versions/new/", views.new_version, name="new-version"),
    path("<str:number>/versions/check-again/", views.check_again, name="check-again"),
    path("<str:number>/versions/<int:version>/files/<int:pk>/", views.version_file, name="file"),
]
