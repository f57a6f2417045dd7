"""Addresses of courses: Spanish for people, English names for the code."""

from django.urls import path

from courses.views import actions, courses, institutions, search
from courses.views.institutions import COMPANIES, INTERMEDIARIES

app_name = "courses"

urlpatterns = [
    path("cursos/", search.search, name="search"),
    path("cursos/excel/", search.search_export, name="search_export"),
    path("catalogo/", courses.catalogue, name="catalogue"),
    path("catalogo/nuevo/", courses.new_course, name="new_course"),
    path("catalogo/<uuid:public_id>/", courses.course, name="course"),
    path("catalogo/<uuid:public_id>/editar/", courses.edit_course, name="edit_course"),
    path("acciones/nueva/", actions.new_action, name="new_action"),
    path("acciones/<uuid:public_id>/editar/", actions.edit_action, name="edit_action"),
    path("opciones/<str:kind>/", actions.options, name="options"),
    path(
        "empresas/",
        institutions.institutions,
        {"section": COMPANIES},
        name="companies",
    ),
    path(
        "empresas/nueva/",
        institutions.new_institution,
        {"section": COMPANIES},
        name="new_company",
    ),
    path(
        "empresas/<uuid:public_id>/",
        institutions.edit_institution,
        {"section": COMPANIES},
        name="edit_company",
    ),
    path(
        "otic/",
        institutions.institutions,
        {"section": INTERMEDIARIES},
        name="intermediaries",
    ),
    path(
        "otic/nuevo/",
        institutions.new_institution,
        {"section": INTERMEDIARIES},
        name="new_intermediary",
    ),
    path(
        "otic/<uuid:public_id>/",
        institutions.edit_institution,
        {"section": INTERMEDIARIES},
        name="edit_intermediary",
    ),
]
