from django.urls import path, re_path

from hezhu.bim import assembly_views, desk_views, federation_views, file_views, model_queries, views
from hezhu.bim.topics.urls import urlpatterns as topic_urls

app_name = "bim"
urlpatterns = [
    path("", views.case_list, name="cases"),
    path("submit/", views.submit, name="submit"),
    *topic_urls,
    path("projects/<str:number>/view/", federation_views.page, name="federated"),
    path("projects/<str:number>/view/models.json", federation_views.models, name="federated-models"),
    path("projects/<str:number>/view/<int:pk>/model.frag", federation_views.viewer_file, name="federated-model"),
    path("projects/<str:number>/view/<int:pk>/elements.json", federation_views.elements, name="federated-elements"),
    path(
        "projects/<str:number>/view/<int:pk>/properties/<str:global_id>/",
        federation_views.properties,
        name="federated-properties",
    ),
    re_path(
        r"^projects/(?P<number>[^/]+)/view/(?P<pk>\d+)/query/(?P<question>names|find|values)\.json$",
        federation_views.query,
        name="federated-query",
    ),
    path("projects/<str:number>/view/<int:pk>/pins.json", federation_views.pins, name="federated-pins"),
    path("<str:number>/", desk_views.case, name="case"),
    path("<str:number>/findings/", desk_views.findings, name="findings"),
    path("<str:number>/findings/<int:pk>/", desk_views.finding, name="finding"),
    path("<str:number>/findings/<int:pk>/decide/", desk_views.decide, name="decide"),
    path("<str:number>/findings/<int:pk>/comment/", desk_views.comment, name="comment"),
    path("<str:number>/comments/<int:pk>/picture/", desk_views.comment_picture, name="comment-picture"),
    path("<str:number>/decide/", desk_views.decide_many, name="decide-many"),
    path("<str:number>/conclude/", views.conclude, name="conclude"),
    path("<str:number>/rerun/", views.rerun, name="rerun"),
    path("<str:number>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:number>/assembly/", assembly_views.assembly, name="assembly"),
    path("<str:number>/assembly/elements.csv", assembly_views.elements_sheet, name="assembly-elements"),
    path("<str:number>/assembly/items/<slug:item>/", assembly_views.item, name="assembly-item"),
    path("<str:number>/assembly/items/<slug:item>/rows/", assembly_views.item_rows, name="assembly-rows"),
    path("<str:number>/assembly/template.csv", assembly_views.sheet_template, name="sheet-template"),
    path("<str:number>/waiting/", desk_views.waiting, name="waiting"),
    path("<str:number>/stage/", file_views.stage, name="stage"),
    path("<str:number>/model.frag", file_views.viewer_file, name="viewer-file"),
    path("<str:number>/elements.json", file_views.elements, name="elements"),
    path("<str:number>/properties/<str:global_id>/", file_views.properties, name="properties"),
    path("<str:number>/model/", file_views.model_file, name="model-file"),
    re_path(r"^(?P<number>[^/]+)/query/(?P<question>names|find|values)\.json$", model_queries.case_query, name="case-query"),
    path("<str:number>/pins.json", model_queries.case_pins, name="case-pins"),
    re_path(r"^(?P<number>[^/]+)/review\.(?P<kind>html|json|bcf)$", file_views.report, name="report"),
]
