"""Pages of the expert pool (审图专家库), kept by the office."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from hezhu.bim.drawings import draws, kinds
from hezhu.bim.drawings.forms import ExpertForm
from hezhu.bim.drawings.models import Expert
from hezhu.bim.drawings.views import account
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import Refusal


@require_GET
def pool(request: HttpRequest) -> HttpResponse:
    """The pool, by discipline and words."""
    require(request.user, "experts.view")
    rows = Expert.objects.visible_to(request.user).select_related("user__unit").order_by("-active", "user__display_name")
    discipline, words = request.GET.get("discipline", ""), request.GET.get("q", "").strip()[:60]
    if discipline in kinds.asked():
        rows = rows.filter(disciplines__contains=[discipline])
    if words:
        rows = rows.filter(Q(user__display_name__icontains=words) | Q(user__unit__name__icontains=words))
    working = Count("assignments", filter=Q(assignments__state="working"), distinct=True)
    done = Count("assignments", filter=Q(assignments__state="done"), distinct=True)
    page = Paginator(rows.annotate(working=working, done=done), 50).get_page(request.GET.get("page"))
    context = {
        "nav": "bim",
        "page": page,
        "words": words,
        "discipline": discipline,
        "disciplines": [(key, asked.discipline.label) for key, asked in kinds.asked().items()],
        "may_manage": request.user.may("experts.manage"),
    }
    return render(request, "bim/drawings/experts.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Enter or change a person of the pool."""
    require(request.user, "experts.manage")
    row = found(Expert.objects.visible_to(request.user), pk=pk) if pk else Expert()
    form = ExpertForm(request.POST or None, instance=row, by=account(request))
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            draws.keep_expert(
                form.save(commit=False),
                by=account(request),
                units=form.cleaned_data["units"],
                projects=form.cleaned_data["projects"],
            )
        except Refusal as error:
            refusal = error
        else:
            return HttpResponseRedirect(reverse("drawings:experts"))
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(
        request, "bim/drawings/expert.html", {"nav": "bim", "form": form, "row": row, "refusal": refusal}, status=status
    )
