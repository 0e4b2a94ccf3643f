# The image of moretta: compiled on Debian 12, run on Debian 12 with the shared libraries and
# nothing else of ours. moretta-unmask is left out on purpose: what moves messages cannot unmask.
#
#   docker build -t moretta:local .
#   docker run --rm --read-only --cap-drop=all moretta:local --help

FROM debian:bookworm-slim AS build
SHELL ["/bin/bash", "-euc"]
WORKDIR /source
COPY tools/dev_lib.sh tools/
RUN . tools/dev_lib.sh; need_packages "${compile_packages[@]}"; rm -rf /var/lib/apt/lists/*
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY docs/reasons.md docs/
COPY examples examples
COPY include include
COPY sql sql
COPY src src
# What --version names; the tree comes without its history.
ARG MORETTA_COMMIT=
RUN . tools/dev_lib.sh; build release moretta_main; strip build/release/moretta

FROM debian:bookworm-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates libcurl4 libfmt9 libmicrohttpd12 libpq5 libpugixml1v5 libsimdjson14 \
      libspdlog1.10 libssl3 libyaml-cpp0.7 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log
COPY --from=build /source/build/release/moretta /usr/local/bin/moretta
# Fails here, and not at the user's, if a library is missing above.
RUN moretta --version

# A number, so that an orchestrator can see that it is not root. Nothing is written to the file
# system: --read-only is enough.
USER 65532:65532
# The program starts and finds its libraries; whether queue and table answer is for
# `moretta check --connect`, because an outage of those is no reason to restart.
HEALTHCHECK --interval=60s --timeout=5s CMD ["moretta", "--version"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["moretta"]
CMD ["--help"]
