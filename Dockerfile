# The action's image. The runner builds it where a workflow uses the repository itself, and runs it
# as root in the workspace: so there is neither USER nor WORKDIR here.

FROM rust:1.95-alpine AS build
RUN apk add --no-cache gcc musl-dev
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY sandbox sandbox
COPY bench bench
RUN cargo build --release --locked --package greengate

FROM docker/buildx-bin:0.29.1 AS buildx

# Alpine brings the certificates of the authorities along.
FROM alpine:3.22
COPY --from=buildx /buildx /usr/local/bin/docker-buildx
COPY --from=build /src/target/release/greengate /usr/local/bin/greengate
# The post step is the same program by another name.
RUN ln -s greengate /usr/local/bin/greengate-post
ENTRYPOINT ["/usr/local/bin/greengate"]
