from django.urls import path

from hezhu.registers.documents import views

app_name = "documents"
urlpatterns = [
    path("<int:pk>/content/", views.content, name="content"),
    path("<int:pk>/file/", views.take_file, name="file"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
