"""Addresses of courses: Spanish for people, English names for the code."""

from django.urls import path

from courses.views import search

app_name = "courses"

urlpatterns = [
    path("cursos/", search.search, name="search"),
    path("cursos/excel/", search.search_export, name="search_export"),
]
