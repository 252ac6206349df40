from django.urls import path

from hezhu.core.register import catalogue_views, compare_views, detail_views, views

app_name = "register"
urlpatterns = [
    path("catalogue/", catalogue_views.catalogue, name="catalogue"),
    path("groups/<slug:group>/", views.index, name="index"),
    path("<slug:slug>/", views.list_rows, name="list"),
    path("<slug:slug>/export.<str:ending>", views.export_rows, name="export"),
    path("<slug:slug>/new/", views.edit, name="new"),
    path("<slug:slug>/compare/", compare_views.compare_days, name="compare"),
    path("<slug:slug>/docs/", catalogue_views.documentation, name="docs"),
    path("<slug:slug>/views/", views.save_view, name="save-view"),
    path("<slug:slug>/views/<int:pk>/drop/", views.drop_view, name="drop-view"),
    path("<slug:slug>/<int:pk>/", detail_views.detail, name="detail"),
    path("<slug:slug>/<int:pk>/edit/", views.edit, name="edit"),
    path("<slug:slug>/<int:pk>/unmask/<slug:field>/", views.unmask, name="unmask"),
]
