from django.urls import path

from hezhu.core.intake import source_views, views

app_name = "intake"
urlpatterns = [
    path("", views.batches, name="batches"),
    path("batches/<int:pk>/", views.batch, name="batch"),
    path("batches/<int:pk>/mapping/", views.choose, name="choose"),
    path("batches/<int:pk>/replay/", views.replay, name="replay"),
    path("batches/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("batches/<int:pk>/drop/", views.drop, name="drop"),
    path("batches/<int:pk>/adopt/", views.adopt, name="adopt"),
    path("batches/<int:pk>/rows/<int:line>/", views.correct, name="correct"),
    path("batches/<int:pk>/rows/<int:line>/abandon/", views.abandon, name="abandon"),
    path("batches/<int:pk>/refused.xlsx", views.refused_rows, name="refused"),
    path("sources/", source_views.sources, name="sources"),
    path("sources/new/", source_views.declare, name="source-new"),
    path("sources/<slug:name>/", source_views.source, name="source"),
    path("sources/<slug:name>/run/", source_views.run, name="source-run"),
    path("sources/<slug:name>/declaration/", source_views.declare, name="source-declaration"),
    path("sources/<slug:name>/file/", source_views.hand_in, name="source-file"),
    path("sources/<slug:name>/rows/", source_views.source_rows, name="source-rows"),
    path("<slug:slug>/new/", views.new, name="new"),
    path("<slug:slug>/template.xlsx", views.template, name="template"),
]
