from django.urls import path

from hezhu.core.access import views

app_name = "access"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", views.account, name="account"),
    path("account/focus/", views.focus, name="focus"),
    path("account/session", views.session_state, name="session"),
    path("language/", views.set_language, name="language"),
]
