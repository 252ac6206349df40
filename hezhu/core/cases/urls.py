from django.urls import path

from hezhu.core.cases import views

app_name = "cases"
urlpatterns = [
    path("cases/", views.case_list, name="list"),
    path("cases/todo/", views.todo, name="todo"),
    path("cases/tasks/<int:pk>/answer/", views.answer, name="answer"),
    path("cases/tasks/<int:pk>/cancel/", views.cancel_question, name="cancel-question"),
    path("cases/<str:number>/", views.case, name="case"),
    path("cases/<str:number>/move/", views.move, name="move"),
    path("cases/<str:number>/ask/", views.ask, name="ask"),
    path("cases/<str:number>/hand-over/", views.hand_over, name="hand-over"),
    path("cases/<str:number>/note/", views.note, name="note"),
    path("cases/<str:number>/files/<int:pk>/", views.case_file, name="file"),
    path("public/documents/<str:code>/", views.verify, name="verify"),
    path("public/documents/<str:code>/file/", views.verified_file, name="verified-file"),
]
