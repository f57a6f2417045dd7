"""Addresses of courses: Spanish for people, English names for the code."""

from django.urls import path

from courses.views import (
    actions,
    calendar,
    courses,
    imports,
    institutions,
    links,
    roster,
    search,
    waiting,
)
from courses.views.institutions import COMPANIES, INTERMEDIARIES

app_name = "courses"

urlpatterns = [
    path("cursos/", search.search, name="search"),
    path("cursos/excel/", search.search_export, name="search_export"),
    path("calendario/", calendar.calendar, name="calendar"),
    path("calendario/direccion/", calendar.address, name="calendar_address"),
    path(
        "calendario/direccion/crear/",
        calendar.make_address,
        name="make_calendar_address",
    ),
    path(
        "calendario/direccion/quitar/",
        calendar.remove_address,
        name="remove_calendar_address",
    ),
    path("agenda/<str:secret>.ics", calendar.feed, name="calendar_feed"),
    path("catalogo/", courses.catalogue, name="catalogue"),
    path("catalogo/nuevo/", courses.new_course, name="new_course"),
    path("catalogo/<uuid:public_id>/", courses.course, name="course"),
    path("catalogo/<uuid:public_id>/editar/", courses.edit_course, name="edit_course"),
    path("acciones/pendientes/prueba/", waiting.in_test, name="in_test"),
    path("acciones/pendientes/preparacion/", waiting.not_ready, name="not_ready"),
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
    path("acciones/<uuid:public_id>/nomina/", roster.roster, name="roster"),
    path(
        "acciones/<uuid:public_id>/nomina/excel/",
        roster.export_roster,
        name="export_roster",
    ),
    path("acciones/<uuid:public_id>/nomina/agregar/", roster.enrol, name="enrol"),
    path(
        "acciones/<uuid:public_id>/nomina/importar/",
        imports.import_roster,
        name="import_roster",
    ),
    path("acciones/<uuid:public_id>/nomina/enlaces/", links.links, name="links"),
    path(
        "acciones/<uuid:public_id>/nomina/enlaces/correo/",
        links.send,
        name="send_links",
    ),
    path(
        "acciones/<uuid:public_id>/nomina/enlaces/hoja/", links.sheet, name="link_sheet"
    ),
    path("nomina/plantilla/", roster.roster_template, name="roster_template"),
    path(
        "inscripciones/<uuid:public_id>/editar/",
        roster.edit_enrolment,
        name="edit_enrolment",
    ),
    path(
        "inscripciones/<uuid:public_id>/quitar/",
        roster.remove_enrolment,
        name="remove_enrolment",
    ),
    path(
        "inscripciones/<uuid:public_id>/enlace/",
        links.regenerate_link,
        name="regenerate_link",
    ),
    path(
        "nominas/<uuid:public_id>/revisar/",
        imports.preview_import,
        name="preview_import",
    ),
    path(
        "nominas/<uuid:public_id>/revisar/filas/<int:number>/",
        imports.correct_line,
        name="correct_line",
    ),
    path(
        "nominas/<uuid:public_id>/revisar/nombres/",
        imports.order_names,
        name="order_names",
    ),
    path(
        "nominas/<uuid:public_id>/importar/", imports.apply_import, name="apply_import"
    ),
    path(
        "importaciones/<uuid:public_id>/deshacer/",
        imports.undo_import,
        name="undo_import",
    ),
]
