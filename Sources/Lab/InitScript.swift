/// The first program of the lab: loads modules, builds the root, starts the agent.
enum InitScript {
  /// What marks our own lines on the console.
  static let mark = "faultline-lab:"

  /// The busybox commands that the script uses.
  static let commands = [
    "cat", "chgrp", "chmod", "chroot", "ifconfig", "insmod", "ln", "mkdir", "mount", "poweroff",
    "printf", "sed", "sh", "usleep",
  ]

  /// The script. It says each step on the console, and on failure the step and the reason.
  ///
  /// The root is moved onto `/` before the change of root, so that the command isn't in a chroot
  /// as far as the kernel is concerned and may make namespaces. Descriptor 8 is the control port
  /// and 9 the folder of the overlay's upper layers; the agent inherits both.
  static let text = #"""
    #!/bin/sh
    export PATH=/bin
    say() { echo "faultline-lab: $*" >/dev/console; }
    fail() { say "failed $*"; poweroff -f; while :; do usleep 1000000; done; }
    must() { step=$1; shift; out=$("$@" 2>&1) || fail "$step: $out"; }

    mount -t proc proc /proc
    mount -t sysfs sysfs /sys
    mount -t devtmpfs devtmpfs /dev
    npt=1
    for word in $(cat /proc/cmdline); do
      case $word in faultline.npt=*) npt=${word#*=} ;; esac
    done

    say step modules
    while read -r name; do
      case $name in kvm_amd) options=npt=$npt ;; *) options= ;; esac
      must "module $name" insmod "/modules/$name.ko" $options
    done </modules/order
    [ -c /dev/kvm ] || fail "kvm: the modules are loaded, but there is no /dev/kvm"

    say step ports
    tries=0
    until set -- /dev/vport*p5 && [ -c "$1" ]; do
      tries=$((tries + 1))
      [ $tries -lt 500 ] || fail "ports: QEMU's ports did not appear"
      usleep 10000
    done
    ports=${1%5}

    say step share
    must share mount -t 9p \
      -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,access=any,ro host /host

    say step overlay
    must overlay mount -t tmpfs -o mode=0755,size=80% tmpfs /overlay
    mkdir /overlay/root /overlay/root-work /overlay/shm /overlay/shm-work
    chmod 1777 /overlay/shm
    must overlay mount -t overlay \
      -o lowerdir=/host,upperdir=/overlay/root,workdir=/overlay/root-work overlay /root

    say step mounts
    for folder in proc sys dev; do [ -d /root/$folder ] || mkdir /root/$folder; done
    must mounts mount -t proc proc /root/proc
    must mounts mount -t sysfs sysfs /root/sys
    must mounts mount -t devtmpfs devtmpfs /root/dev
    mkdir -p /root/dev/pts /root/dev/shm
    must mounts mount -t devpts -o mode=620,ptmxmode=666 devpts /root/dev/pts
    shared=/host/dev/shm
    [ -d $shared ] || shared=/overlay
    must mounts mount -t overlay \
      -o lowerdir=$shared,upperdir=/overlay/shm,workdir=/overlay/shm-work overlay /root/dev/shm
    ln -sf /proc/self/fd /root/dev/fd
    for number in 0:stdin 1:stdout 2:stderr; do
      ln -sf /proc/self/fd/${number%:*} /root/dev/${number#*:}
    done
    group=$(sed -n 's/^kvm:[^:]*:\([0-9]*\):.*/\1/p' /root/etc/group)
    [ -z "$group" ] || { chgrp "$group" /root/dev/kvm && chmod 660 /root/dev/kvm; }
    ifconfig lo 127.0.0.1 up

    say step agent
    exec 8<>"${ports}1" 9</overlay
    until read -r line <&8 && [ -n "$line" ]; do usleep 10000; done
    agent=$(printf '%b_' "$line")
    agent=${agent%_}
    cd /root && mount --move . / && chroot . "$agent" lab-agent "$ports" \
      </dev/null >/dev/console 2>&1
    fail "agent: it ended with status $?"

    """#

  /// A path as the script's `printf %b` reads it.
  static func escaped(_ path: [UInt8]) -> String {
    path.map { byte in
      let plain =
        byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A
        || byte >= 0x61 && byte <= 0x7A || [0x2F, 0x2E, 0x2D, 0x5F].contains(byte)
      if plain { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 8)
      return "\\0" + String(repeating: "0", count: 3 - digits.count) + digits
    }.joined()
  }
}
