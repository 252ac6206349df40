from django.urls import path

from hezhu.registers.projects import views

app_name = "projects"
urlpatterns = [path("<str:number>/", views.hub, name="hub")]
