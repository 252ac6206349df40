from django.urls import path

from hezhu.bim.topics import pages, viewer_json

_PROJECT = "projects/<str:number>"
urlpatterns = [
    path(f"{_PROJECT}/topics.json", viewer_json.topics, name="topics-json"),
    path(f"{_PROJECT}/viewpoints.json", viewer_json.viewpoints, name="viewpoints-json"),
    path(f"{_PROJECT}/viewpoints/<uuid:guid>/snapshot", pages.snapshot, name="viewpoint-snapshot"),
    path(f"{_PROJECT}/topics/", pages.topics, name="topics"),
    path(f"{_PROJECT}/topics/new/", pages.new, name="topic-new"),
    path(f"{_PROJECT}/topics/import/", pages.take_file, name="topics-import"),
    path(f"{_PROJECT}/topics/imports/<int:pk>/", pages.import_report, name="topic-import"),
    path(f"{_PROJECT}/topics/export/", pages.give_file, name="topics-export"),
    path(f"{_PROJECT}/topics/documents/<uuid:guid>/", pages.document, name="topic-document"),
    path(f"{_PROJECT}/topics/<int:topic>/", pages.topic, name="topic"),
    path(f"{_PROJECT}/topics/<int:topic>/change/", pages.change, name="topic-change"),
    path(f"{_PROJECT}/topics/<int:topic>/comment/", pages.say, name="topic-comment"),
    path(f"{_PROJECT}/topics/<int:topic>/delete/", pages.delete, name="topic-delete"),
    path("<str:number>/findings/<int:pk>/topic/", pages.finding_topic, name="finding-topic"),
]
