import FoundationEssentials

/// JSON as every output of ours has it: indented, keys sorted, slashes as they are.
public enum JSONText {
  /// The value's text, without a line ending at its end.
  ///
  /// - Throws: what the value throws when it is encoded.
  public static func of(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// An optional value whose key is always there: `null` where there is none.
struct Nullable<Value: Encodable>: Encodable {
  var value: Value?

  init(_ value: Value?) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}
