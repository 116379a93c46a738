internal import CLab

/// Finds bytes in bytes, as quickly as the C library can.
enum ByteSearch {
  /// The index after the first occurrence of `pattern`.
  static func end(ofFirst pattern: [UInt8], in bytes: [UInt8]) -> Int? {
    unsafe bytes.withUnsafeBytes { haystack in
      unsafe pattern.withUnsafeBytes { needle in
        let found = unsafe clab_find(
          haystack.baseAddress, haystack.count, needle.baseAddress, needle.count)
        return found < 0 ? nil : found + needle.count
      }
    }
  }
}
