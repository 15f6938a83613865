# Two images from one tree: `site` (web, recorder, reconciler, migrations; no torch) and `worker` (grades; no database).
#
#   docker build --target site   -t chainrule-site .
#   docker build --target worker -t chainrule-worker .
#
# BASE may be any Debian with Python 3.11 or newer. Where pip is to look is the builder's own affair: what pip.conf says
# there is passed with `--secret id=pip_conf,src=pip.conf` and stays out of the images.
ARG BASE=docker.io/library/python:3.11.14-slim-bookworm

# Wheels of the builder's own, if any: `--build-context wheels=FOLDER` puts a folder in place of this empty one.
FROM scratch AS wheels

# The libraries come first and the program last, so that a change of ours builds in seconds.
FROM ${BASE} AS environment
ENV PATH=/opt/chainrule/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin \
    PIP_CONFIG_FILE=/run/secrets/pip_conf PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_FIND_LINKS=/wheels PIP_NO_CACHE_DIR=1 \
    PIP_NO_INPUT=1
WORKDIR /source
RUN python3 -m venv /opt/chainrule
COPY pyproject.toml constraints.txt ./
COPY deploy/requirements.py deploy/
RUN --mount=type=secret,id=pip_conf --mount=type=bind,from=wheels,target=/wheels \
    pip install --constraint constraints.txt setuptools

FROM environment AS site-libraries
RUN --mount=type=secret,id=pip_conf --mount=type=bind,from=wheels,target=/wheels \
    python deploy/requirements.py site >site.txt \
    && pip install --constraint constraints.txt --requirement site.txt

# torch for the CPU: from where pip looks anyhow, else from PyTorch's own index. The default build would bring gigabytes
# of CUDA; for a worker with a GPU, TORCH_BUILD= (empty) takes it.
FROM environment AS worker-libraries
ARG TORCH_BUILD=+cpu
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN --mount=type=secret,id=pip_conf --mount=type=bind,from=wheels,target=/wheels \
    torch="torch==$(sed -n 's/^torch==//p' constraints.txt)${TORCH_BUILD}" \
    && { pip install --no-deps "$torch" || pip install --no-deps --index-url "$TORCH_INDEX" "$torch"; }
RUN --mount=type=secret,id=pip_conf --mount=type=bind,from=wheels,target=/wheels \
    python deploy/requirements.py worker >worker.txt \
    && pip install --constraint constraints.txt --requirement worker.txt

FROM site-libraries AS site-program
COPY . .
RUN pip install --no-deps --no-build-isolation . && pip uninstall --yes setuptools pip

FROM worker-libraries AS worker-program
COPY . .
RUN pip install --no-deps --no-build-isolation . && pip uninstall --yes setuptools pip

# What runs: an unprivileged user, the environment made above, and no pip.
FROM ${BASE} AS base
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin grader \
    && install -d -o grader -g grader -m 1777 /data \
    && install -d -o grader -g grader /published  # a new volume there takes its owner from this
ENV GRADER_HOME=/data \
    LANG=C.UTF-8 \
    PATH=/opt/chainrule/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data

FROM base AS site
COPY --from=site-program /opt/chainrule /opt/chainrule
EXPOSE 8000
CMD ["gunicorn", "--worker-class", "web.impatience.ImpatientWorker", "--workers", "2", "--threads", "16", \
     "--timeout", "60", "--graceful-timeout", "5", "--no-control-socket", "--bind", "0.0.0.0:8000", "web.wsgi:make()"]

FROM base AS worker
COPY --from=worker-program /opt/chainrule /opt/chainrule
CMD ["python", "-m", "worker"]
