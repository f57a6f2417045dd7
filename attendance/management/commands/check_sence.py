"""Say whether SENCE's addresses answer from this machine.

In the words of the page "Probar conexión", Spanish.
"""

from django.core.management.base import BaseCommand, CommandError

from attendance.sence.probe import probe_sence


class Command(BaseCommand):
    help = "Say whether SENCE's addresses answer, and what is wrong otherwise."

    def handle(self, **options: object) -> None:
        probes = probe_sence()
        for probe in probes:
            sign = "✔" if probe.ok else "✘"
            self.stdout.write(f"{sign} {probe.url}: {probe.words}")
        if not all(probe.ok for probe in probes):
            raise CommandError("SENCE no responde como debe: mira lo de arriba.")
