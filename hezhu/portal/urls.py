from django.urls import path

from hezhu.portal import figure_views, overview_views, search_views, target_views

app_name = "portal"
urlpatterns = [
    path("", overview_views.overview, name="overview"),
    path("overview.csv", overview_views.export_overview, name="overview-export"),
    path("search/", search_views.search, name="search"),
    path("search/suggest/", search_views.suggest, name="suggest"),
    path("targets/", target_views.target_list, name="targets"),
    path("targets/<str:code>/", target_views.target, name="target"),
    path("targets/<str:code>/rows.<str:ending>", target_views.export_rows, name="rows-export"),
    path("targets/<str:code>/figures/", figure_views.enter, name="enter-figure"),
    path("targets/<str:code>/figures/<int:pk>/withdraw/", figure_views.withdraw, name="withdraw-figure"),
    path("targets/<str:code>/basis/", figure_views.set_basis, name="set-basis"),
]
