#!/bin/bash
# Runs dockerd inside a Debian folder. Called by setup/engine.sh in namespaces of
# its own for mounts and processes: when this process ends, however it ends, its
# mounts, containerd and the containers are gone with it, so that nothing stale
# is left for the next start to stumble over.
#
# Changes: mounts in its own namespace; a network bridge for containers.
#
# usage: dockerd-in-folder.sh ROOT DATA RUN NAME
#   ROOT  the Debian folder         RUN   where the socket NAME.sock appears
#   DATA  images and containers     NAME  docker (containerd image store) or classic
set -euo pipefail

root=$1 data=$2 run=$3 name=$4

# A container's root can only be set up when its parent's root is a mount.
mount --bind "$root" "$root"
# The host's own directories, so that `docker run --volume` finds the paths that
# its caller means. Debian's stay Debian's.
for directory in /*/; do
    directory=${directory%/}
    case ${directory#/} in
    bin | boot | dev | etc | lib | lib32 | lib64 | libx32 | lost+found | proc | run | sbin | sys | usr | var) ;;
    *)
        [ -L "$directory" ] && continue
        mkdir -p "$root$directory"
        mount --rbind "$directory" "$root$directory"
        ;;
    esac
done
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
# A fresh /run: no pid file or socket of an earlier run is in it.
mount -t tmpfs tmpfs "$root/run"
# Data lives outside the folder, which may be thrown away and made again.
mkdir -p "$data" "$run" "$root/var/lib/docker"
mount --bind "$data" "$root/var/lib/docker"
# The cache may lie under a directory that is Debian's own, such as /var.
mkdir -p "$root$run"
mountpoint --quiet "$root$run" || mount --bind "$run" "$root$run"
# Names resolve as they do on the host.
for file in resolv.conf hosts; do
    [ -e "/etc/$file" ] && cp --dereference --remove-destination "/etc/$file" "$root/etc/$file"
done

# The folder becomes the root of this mount namespace. A chroot is not enough:
# `docker exec` enters a container by its mount namespace, and would end up in
# the host's root.
mkdir -p "$root/.host"
cd "$root"
pivot_root . .host
cd /
umount --lazy /.host

# Overlay does not stack on overlay: copy files where the cache lies on one.
overlay_works() {
    local trial=/var/lib/docker/overlay-trial
    mkdir -p "$trial"/{lower,upper,work,merged}
    mount -t overlay overlay -o "lowerdir=$trial/lower,upperdir=$trial/upper,workdir=$trial/work" "$trial/merged" &&
        umount "$trial/merged" && rm -rf "$trial"
}

options=(--host "unix://$run/$name.sock" --group "${SUDO_GID:-0}")
if [ "$name" = classic ]; then
    options+=(--storage-driver "$(if overlay_works; then echo overlay2; else echo vfs; fi)")
    # Two engines cannot share docker0, nor its packet filter rules.
    bridge=greengate1
    ip link show "$bridge" >/dev/null 2>&1 || {
        ip link add "$bridge" type bridge
        ip address add 172.31.255.1/24 dev "$bridge"
        ip link set "$bridge" up
    }
    options+=(--bridge "$bridge" --iptables=false --ip6tables=false)
else
    echo '{"features": {"containerd-snapshotter": true}}' >/run/daemon.json
    options+=(--config-file /run/daemon.json)
    options+=(--storage-driver "$(if overlay_works; then echo overlayfs; else echo native; fi)")
    if ! iptables --table nat --list --numeric >/dev/null 2>&1; then
        if iptables-legacy --table nat --list --numeric >/dev/null 2>&1; then
            update-alternatives --set iptables /usr/sbin/iptables-legacy
        else
            options+=(--iptables=false --ip6tables=false)
        fi
    fi
fi

# docker-init reaps the processes that containers leave behind.
exec /usr/bin/docker-init -- /usr/sbin/dockerd "${options[@]}"
