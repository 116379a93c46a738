internal import CKVM

extension Descriptor {
  /// Opens a file for reading and writing, closed on exec; unsafe because the path crosses as a
  /// pointer, for the length of the call.
  ///
  /// - Returns: the descriptor, not owned yet, or −errno.
  static func open(path: String) -> Int32 { unsafe ckvm_open(path) }
}
