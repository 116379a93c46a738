import Glibc

/// The process's open descriptors that KVM made.
enum KVMDescriptors {
  /// What /proc/self/fd calls them, sorted: "anon_inode:kvm-vm" for a machine.
  static func open() -> [String] {
    (0..<256).compactMap(target(of:)).filter { $0.contains("kvm") }.sorted()
  }

  /// What a descriptor stands for; nil for one that is not open.
  private static func target(of descriptor: Int32) -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = unsafe readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count - 1)
    guard count > 0 else { return nil }
    return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
