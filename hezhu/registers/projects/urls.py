from django.urls import path

from hezhu.registers.projects import element_views, views

app_name = "projects"
urlpatterns = [
    path("<str:number>/", views.hub, name="hub"),
    path("<str:number>/elements/<str:global_id>/", element_views.element, name="element"),
]
