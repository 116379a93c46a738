/// Puts the lab's first root together: busybox, the init script, the modules.
enum Initramfs {
  /// The archive. It is made anew for each run, in a few milliseconds and in memory, so nothing
  /// can be stale, half written or left behind.
  static func archive(busybox: [UInt8], modules: [KernelModules.Module]) -> [UInt8] {
    var archive = Cpio()
    for path in ["bin", "dev", "host", "modules", "overlay", "proc", "root", "sys"] {
      archive.directory(path)
    }
    archive.device("dev/console", mode: 0o600, major: 5, minor: 1)
    archive.file("bin/busybox", mode: 0o755, busybox)
    for command in InitScript.commands { archive.link("bin/\(command)", to: "busybox") }
    archive.file("init", mode: 0o755, Array(InitScript.text.utf8))
    for module in modules { archive.file("modules/\(module.name).ko", module.contents) }
    archive.file("modules/order", Array(modules.map { $0.name + "\n" }.joined().utf8))
    return archive.finished()
  }

  /// True for an ELF program that asks for no dynamic loader.
  static func isStatic(_ program: [UInt8]) -> Bool {
    func number(_ offset: Int, _ size: Int) -> Int {
      guard offset >= 0, offset + size <= program.count else { return 0 }
      return (0..<size).reversed().reduce(0) { $0 << 8 | Int(program[offset + $1]) }
    }
    guard program.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2]) else { return false }
    let (table, size, count) = (number(0x20, 6), number(0x36, 2), number(0x38, 2))
    let interpreter = 3
    return count > 0 && !(0..<count).contains { number(table + $0 * size, 4) == interpreter }
  }
}
