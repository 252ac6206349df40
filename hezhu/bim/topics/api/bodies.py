"""Bodies as the schemas of the BCF API 3.0 have them. Properties that are not known are ignored (Foundation API 1.8)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, Field


def _zoned(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_zoned)]


class Snippet(Schema):
    snippet_type: str
    is_external: bool
    reference: str
    reference_schema: str


class TopicIn(Schema):
    """topic_POST.json and topic_PUT.json."""

    guid: UUID | None = None
    topic_type: str | None = None
    topic_status: str | None = None
    reference_links: list[str] | None = None
    title: str
    priority: str | None = None
    index: int | None = Field(None, ge=-(2**31), lt=2**31)
    labels: list[str] | None = None
    assigned_to: str | None = None
    stage: str | None = None
    description: str | None = None
    bim_snippet: Snippet | None = None
    due_date: Moment | None = None


class Authorization(Schema):
    project_actions: list[str] | None = None
    topic_actions: list[str] | None = None
    topic_status: list[str] | None = None
    comment_actions: list[str] | None = None
    viewpoint_actions: list[str] | None = None


class TopicOut(Schema):
    """topic_GET.json."""

    guid: str
    server_assigned_id: str
    topic_type: str | None = None
    topic_status: str | None = None
    reference_links: list[str] | None = None
    title: str
    priority: str | None = None
    index: int | None = None
    labels: list[str] | None = None
    creation_date: str
    creation_author: str
    modified_date: str | None = None
    modified_author: str | None = None
    assigned_to: str | None = None
    stage: str | None = None
    description: str | None = None
    bim_snippet: Snippet | None = None
    due_date: str | None = None
    authorization: Authorization | None = None


class ProjectOut(Schema):
    project_id: str
    name: str
    authorization: Authorization | None = None


class ExtensionsOut(Schema):
    topic_type: list[str]
    topic_status: list[str]
    topic_label: list[str]
    snippet_type: list[str]
    priority: list[str]
    users: list[str]
    stage: list[str]
    project_actions: list[str]
    topic_actions: list[str]
    comment_actions: list[str]


class HeaderFile(Schema):
    ifc_project: str | None = None
    ifc_spatial_structure_element: str | None = None
    filename: str | None = None
    date: Moment | None = None
    reference: str | None = None


class HeaderFileOut(Schema):
    ifc_project: str | None = None
    ifc_spatial_structure_element: str | None = None
    filename: str | None = None
    date: str | None = None
    reference: str | None = None


class Shown(Schema):
    field_display_name: str
    field_value: str


class FileInformation(Schema):
    display_information: list[Shown]
    file: HeaderFileOut


class CommentIn(Schema):
    guid: UUID | None = None
    comment: str | None = None
    viewpoint_guid: UUID | None = None


class CommentOut(Schema):
    guid: str
    date: str
    author: str
    comment: str
    topic_guid: str
    viewpoint_guid: str | None = None
    modified_date: str | None = None
    modified_author: str | None = None
    authorization: Authorization | None = None


class RelatedTopic(Schema):
    related_topic_guid: UUID


class DocumentReferenceIn(Schema):
    guid: UUID | None = None
    document_guid: UUID | None = None
    url: str | None = None
    description: str | None = None


class DocumentReferenceOut(Schema):
    guid: str
    document_guid: str | None = None
    url: str | None = None
    description: str | None = None


class DocumentOut(Schema):
    guid: str
    filename: str


class Action(Schema):
    type: str
    value: str | None = None


class TopicEventOut(Schema):
    """The schema calls the list ``actions``, the examples call it ``events``: both are given."""

    topic_guid: str
    date: str
    author: str
    actions: list[Action]
    events: list[Action]


class CommentEventOut(TopicEventOut):
    comment_guid: str


Json = dict[str, Any]
