from django.urls import path

from hezhu.core.access import admin_views, views

app_name = "access"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", views.account, name="account"),
    path("account/focus/", views.focus, name="focus"),
    path("account/session", views.session_state, name="session"),
    path("account/accounts/", admin_views.accounts, name="accounts"),
    path("account/accounts/new/", admin_views.new_account, name="new-account"),
    path("account/accounts/<int:pk>/", admin_views.change_account, name="change-account"),
    path("account/audit/", admin_views.audit, name="audit"),
    path("language/", views.set_language, name="language"),
]
