"""Addresses of courses: Spanish for people, English names for the code."""

from django.urls import path

from courses.views import imports, links, roster

app_name = "courses"

urlpatterns = [
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
