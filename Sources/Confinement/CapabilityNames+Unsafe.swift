internal import CConfinement

/// libcap's names of capabilities.
enum CapabilityNames {
  /// "cap_chown" for 0; the number for a capability that libcap does not know.
  ///
  /// Unsafe because the name is written to a buffer of ours, whose length is passed along.
  static func name(of capability: Int) -> String {
    var name = [CChar](repeating: 0, count: 64)
    unsafe cconfinement_capability_name(Int32(capability), &name, name.count)
    let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    return String(decoding: bytes, as: UTF8.self)
  }
}
