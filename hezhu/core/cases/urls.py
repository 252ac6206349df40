from django.urls import path

from hezhu.core.cases import lists, public, views

app_name = "cases"
urlpatterns = [
    path("cases/", lists.case_list, name="list"),
    path("cases/todo/", lists.todo, name="todo"),
    path("cases/tasks/<int:pk>/answer/", views.answer, name="answer"),
    path("cases/tasks/<int:pk>/cancel/", views.cancel_question, name="cancel-question"),
    path("cases/<str:number>/", views.case, name="case"),
    path("cases/<str:number>/move/", views.move, name="move"),
    path("cases/<str:number>/record.pdf", views.record_pdf, name="record"),
    path("cases/<str:number>/ask-agencies/", views.ask_agencies, name="ask-agencies"),
    path("cases/<str:number>/ask/", views.ask, name="ask"),
    path("cases/<str:number>/hand-over/", views.hand_over, name="hand-over"),
    path("cases/<str:number>/note/", views.note, name="note"),
    path("cases/<str:number>/files/<int:pk>/", views.case_file, name="file"),
    path("public/documents/", public.find, name="find-document"),
    path("public/documents/<str:code>/", public.verify, name="verify"),
    path("public/documents/<str:code>/file/", public.verified_file, name="verified-file"),
]
