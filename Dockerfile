# One image for all services: `boxoffice run orders`. BASE is any Debian with Python 3.11 and its venv.
ARG BASE=docker.io/library/python:3.11-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements-image.lock ./
RUN python3 -m venv /opt/boxoffice \
 && /opt/boxoffice/bin/pip install --require-hashes --only-binary :all: -r requirements-image.lock
COPY deploy/image/sbom.py ./
RUN /opt/boxoffice/bin/python sbom.py > /opt/boxoffice/sbom.cdx.json \
 && /opt/boxoffice/bin/pip uninstall --yes pip setuptools
COPY src ./src
RUN /opt/boxoffice/bin/python -m compileall -q src \
 && install -d -o 65534 -g 65534 /pictures

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Boxoffice" \
      org.opencontainers.image.description="Sells tickets: all services, chosen by an argument" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /opt/boxoffice /opt/boxoffice
COPY --from=build /pictures /var/lib/boxoffice/pictures
COPY --from=build /app/src /app/src
ENV PATH=/opt/boxoffice/bin:$PATH PYTHONPATH=/app/src PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
USER 65534:65534
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python3", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python3", "-m", "boxoffice"]
CMD ["run", "--host", "0.0.0.0"]
