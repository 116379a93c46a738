/// How QEMU is called.
enum Emulator {
  static let program = "qemu-system-x86_64"

  /// What one boot differs in from another.
  struct Boot {
    var memoryMiB: Int
    var nestedPaging: Bool
    /// The path of the kernel, compressed or not.
    var kernel: String
  }

  /// QEMU's descriptors: 0, 1 and 2, the archive, the console, and the ports in their order.
  enum Slot {
    static let archive = 3
    static let console = 4
    static func port(_ port: Port) -> Int { 4 + port.rawValue }
  }

  /// The processor. QEMU's can do everything but run `rep stosb` and `rep movsb` faster than byte by
  /// byte, which it says it can: without that flag kernel and C library clear and copy by words.
  private static let processor = "max,-erms"

  /// QEMU's arguments. The streams are sockets that it inherits, so that they end with us.
  static func arguments(_ boot: Boot) -> [String] {
    var arguments = [
      program, "-nodefaults", "-no-user-config", "-machine", "q35", "-accel", "tcg,thread=multi",
      "-cpu", processor, "-m", "\(boot.memoryMiB)", "-smp", "2", "-display", "none", "-vga", "none",
      "-monitor", "none", "-nic", "none", "-no-reboot",
      "-kernel", boot.kernel, "-initrd", "/proc/self/fd/\(Slot.archive)",
      "-append", kernelArguments(nestedPaging: boot.nestedPaging),
      "-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
      "-device", "virtio-9p-pci,fsdev=host,mount_tag=host",
      "-chardev", "socket,id=console,fd=\(Slot.console)", "-serial", "chardev:console",
      "-device", "virtio-serial-pci,max_ports=\(Port.allCases.count + 1)",
    ]
    for port in Port.allCases {
      arguments += [
        "-chardev", "socket,id=\(port),fd=\(Slot.port(port))",
        "-device", "virtserialport,chardev=\(port),nr=\(port.rawValue),name=faultline.\(port)",
      ]
    }
    return arguments
  }

  /// The kernel's own arguments, and ours for the init script.
  ///
  /// `no_timer_check`: at its start the kernel counts the timer's ticks against its clock, and panics
  /// when too few of them have come, which is what a busy host looks like.
  static func kernelArguments(nestedPaging: Bool) -> String {
    "console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable audit=0 apparmor=0 "
      + "cryptomgr.notests rcupdate.rcu_expedited=1 nmi_watchdog=0 no_timer_check "
      + "faultline.npt=\(nestedPaging ? 1 : 0)"
  }

  /// Looks for a program in PATH and where administrators' programs are.
  static func find(_ name: String, environment: Environment) -> String? {
    let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first(where: Paths.isExecutable)
  }
}
