from django.urls import path

from hezhu.bim.drawings import desk_views, expert_views, finding_views, views

app_name = "drawings"
urlpatterns = [
    path("experts/", expert_views.pool, name="experts"),
    path("experts/new/", expert_views.edit, name="expert-new"),
    path("experts/<int:pk>/", expert_views.edit, name="expert"),
    path("projects/<str:number>/submit/", views.submit, name="submit"),
    path("models/<str:number>/findings/new/", desk_views.add_finding, name="add-finding"),
    path("models/<str:number>/findings/<int:pk>/opine/", desk_views.opine, name="desk-opine"),
    path("models/<str:number>/findings/<int:pk>/decide/", desk_views.decide, name="desk-decide"),
    path("models/<str:number>/findings/<int:pk>/reply/", desk_views.reply, name="desk-reply"),
    path("models/<str:number>/findings/<int:pk>/take-back/", desk_views.take_back, name="take-back"),
    path("<str:number>/rounds/new/", views.new_round, name="new-round"),
    path("<str:number>/draw/", views.draw, name="draw"),
    path("<str:number>/draws/<int:pk>/", views.draw_record, name="draw-record"),
    path("<str:number>/appoint/", views.appoint, name="appoint"),
    path("<str:number>/assignments/<int:pk>/decline/", views.decline, name="decline"),
    path("<str:number>/assignments/<int:pk>/end/", views.end, name="end"),
    path("<str:number>/finish/", views.finish, name="finish"),
    path("<str:number>/lead/", views.hand_over, name="lead"),
    path("<str:number>/findings/", finding_views.findings, name="findings"),
    path("<str:number>/findings/opine/", finding_views.opine, name="opine"),
    path("<str:number>/findings/decide/", finding_views.decide, name="decide"),
    path("<str:number>/findings/reply/", finding_views.reply, name="reply"),
    path("<str:number>/findings/join/", finding_views.join, name="join"),
    path("<str:number>/findings/solved/", finding_views.solved, name="solved"),
]
