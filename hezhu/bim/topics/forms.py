"""The form of a topic."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hezhu.bim.topics.actions import Said
from hezhu.bim.topics.models import TITLE, Topic
from hezhu.bim.topics.wording import names_of, offered, shown
from hezhu.registers.projects.models import Project

CONTROL, SELECT = {"class": "form-control"}, {"class": "form-select"}
DUE_AT = time(18, 0)


class TopicForm(forms.Form):
    """``topic`` is the one being changed: the words it has already are offered too."""

    title = forms.CharField(label=_("标题"), max_length=TITLE, widget=forms.TextInput(CONTROL))
    type = forms.ChoiceField(label=_("类型"), widget=forms.Select(SELECT))
    status = forms.ChoiceField(label=_("状态"), widget=forms.Select(SELECT))
    priority = forms.ChoiceField(label=_("优先级"), required=False, widget=forms.Select(SELECT))
    assigned_to = forms.ChoiceField(label=_("负责人"), required=False, widget=forms.Select(SELECT))
    due_date = forms.DateField(
        label=_("期限"), required=False, widget=forms.DateInput({"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    )
    stage = forms.ChoiceField(label=_("阶段"), required=False, widget=forms.Select(SELECT))
    labels = forms.MultipleChoiceField(
        label=_("专业与标签"), required=False, widget=forms.CheckboxSelectMultiple({"class": "form-check-input"})
    )
    description = forms.CharField(
        label=_("说明"), required=False, max_length=20_000, widget=forms.Textarea({"class": "form-control", "rows": 5})
    )

    def __init__(self, data: Any = None, *, project: Project, topic: Topic | None = None) -> None:
        super().__init__(data, initial=None if topic is None else _start(topic))
        self._topic = topic
        words = offered(project)
        names = names_of(set(words["users"]), project)
        present = {name: getattr(topic, name) for name in ("type", "status", "priority", "assigned_to", "stage")} if topic else {}
        for field, key in (("type", "topic_type"), ("status", "topic_status"), ("priority", "priority"), ("stage", "stage")):
            self._offer(field, words[key], present.get(field, ""), {})
        self._offer("assigned_to", words["users"], present.get("assigned_to", ""), names)
        labels = list(dict.fromkeys([*words["topic_label"], *(topic.labels if topic else [])]))
        self._choices("labels", [(label, label) for label in labels])

    def _offer(self, field: str, known: list[str], present: str, names: dict[str, str]) -> None:
        values = [*known, *([present] if present and present not in known else [])]
        empty = [] if self.fields[field].required else [("", "—")]
        self._choices(field, [*empty, *((value, names.get(value) or shown(value)) for value in values)])

    def _choices(self, field: str, choices: list[tuple[str, str]]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]

    def said(self) -> Said:
        """What was filled in; what the form does not show stays as the topic has it."""
        data = self.cleaned_data
        topic = self._topic
        due = data["due_date"]
        return Said(
            title=data["title"],
            type=data["type"],
            status=data["status"],
            priority=data["priority"],
            labels=data["labels"],
            stage=data["stage"],
            assigned_to=data["assigned_to"],
            description=data["description"].replace("\r\n", "\n"),
            due_date=self._due(due) if due else None,
            index=topic.index if topic else None,
            reference_links=topic.reference_links if topic else (),
            snippet=topic.snippet if topic else None,
        )

    def _due(self, day: Any) -> datetime:
        """The end of the working day, unless the topic already has an hour on that day."""
        present = self._topic.due_date if self._topic else None
        if present is not None and timezone.localtime(present).date() == day:
            return present
        return timezone.make_aware(datetime.combine(day, DUE_AT))


def _start(topic: Topic) -> dict[str, Any]:
    names = ("title", "type", "status", "priority", "assigned_to", "stage", "labels", "description")
    due = timezone.localtime(topic.due_date).date() if topic.due_date else None
    return {name: getattr(topic, name) for name in names} | {"due_date": due}
