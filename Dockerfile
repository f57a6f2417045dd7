# The portal: the same image runs web, worker, beat and migrations (docker-compose.yml).
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=otec_portal.settings.base \
    DATA_DIR=/data

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt

COPY . .
# Nothing of these settings stays in the image.
RUN SECRET_KEY=build PORTAL_BASE_URL=https://build.invalid DATA_DIR=/tmp/build \
    python manage.py collectstatic --noinput \
    && rm -rf /tmp/build

RUN useradd --system --uid 10001 --home-dir /data portal \
    && install --directory --owner portal --mode 700 /data
USER portal
VOLUME /data
EXPOSE 8000

CMD ["gunicorn", "otec_portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "8", \
     "--access-logfile", "-", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
