"""Addresses of the programme, below /tasks/."""

from django.urls import path

from hezhu.programme.views import breakdown, bulletins, lists, office, reports, task

app_name = "programme"
urlpatterns = [
    path("", lists.tasks, name="tasks"),
    path("rule/", lists.rule, name="rule"),
    path("plan/", lists.plan, name="plan"),
    path("notes/", lists.notes, name="notes"),
    path("duties/", office.duties, name="duties"),
    path("reports/", lists.reports, name="reports"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/decide/", reports.decide, name="decide"),
    path("reports/<int:pk>/withdraw/", reports.withdraw, name="withdraw-report"),
    path("subtasks/<int:pk>/", breakdown.subtask, name="subtask"),
    path("subtasks/<int:pk>/withdraw/", breakdown.withdraw, name="withdraw-subtask"),
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/new/", bulletins.new_bulletin, name="new-bulletin"),
    path("bulletins/<str:number>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<str:number>/<str:kind>/", bulletins.download, name="bulletin-file"),
    path("<str:code>/", task.task, name="task"),
    path("<str:code>/report/", reports.write, name="write-report"),
    path("<str:code>/report/autosave/", reports.autosave, name="autosave"),
    path("<str:code>/subtasks/new/", breakdown.new_subtask, name="new-subtask"),
    path("<str:code>/close/", office.close, name="close"),
    path("<str:code>/reopen/", office.reopen, name="reopen"),
    path("<str:code>/remind/", office.reminder, name="remind"),
]
