# The action's image: one static program, the client of BuildKit, and the certificates of the
# authorities that both trust. A runner builds it where a workflow uses the repository itself, with
# whatever builder it has, and runs it as root in the workspace: so there are no mounts in RUN here,
# and neither USER nor WORKDIR in the last stage.

FROM rust:1.95.0-slim-trixie@sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0 AS toolchain
RUN apt-get update && \
    apt-get install --yes --no-install-recommends 'musl-tools=1.2.5-*' && \
    rm -rf /var/lib/apt/lists/*
# Static, for the machine that builds: each architecture is built on its own kind.
ENV CC_aarch64_unknown_linux_musl=musl-gcc \
    CC_x86_64_unknown_linux_musl=musl-gcc
WORKDIR /build
RUN rustup target add "$(uname -m)-unknown-linux-musl" && \
    mkdir .cargo && \
    printf '[build]\ntarget = "%s-unknown-linux-musl"\n' "$(uname -m)" >.cargo/config.toml

# All that comes from others, built with empty sources in the place of ours: minutes that only a
# change of the manifests costs again.
FROM toolchain AS dependencies
COPY Cargo.toml Cargo.lock ./
COPY bench/Cargo.toml bench/
COPY sandbox/Cargo.toml sandbox/
RUN mkdir src bench/src sandbox/src && \
    touch src/lib.rs bench/src/lib.rs sandbox/src/lib.rs && \
    echo 'fn main() {}' >src/main.rs && \
    cargo build --release --locked --package greengate && \
    rm -r target/*-musl/release/.fingerprint/greengate-*

FROM dependencies AS build
COPY src src
RUN cargo build --release --locked --package greengate
# The post step is the same program by another name. Runners before 2.329 lend no folder for
# temporary files, so there is one of our own.
RUN mkdir -p /image/usr/local/bin /image/etc/ssl/certs /image/tmp && \
    chmod 1777 /image/tmp && \
    cp target/*-musl/release/greengate /image/usr/local/bin/ && \
    ln -s greengate /image/usr/local/bin/greengate-post && \
    cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/

FROM docker/buildx-bin:0.36.1@sha256:1f2f6b2be4a2511ada67336e76892f1a588c89746009dd4b21069e4d867465be AS buildx

# The larger layer first: it is the same in most releases, and pulled once.
FROM scratch
COPY --from=buildx /buildx /usr/local/bin/docker-buildx
COPY --from=build /image /
ENTRYPOINT ["/usr/local/bin/greengate"]
