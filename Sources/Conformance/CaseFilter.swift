public import PagingCases

/// What `--filter` says: a group, a case, or those cases of the matrix that have some properties.
///
/// `matrix`; `matrix:0x000850e3`; `matrix:cpl=3,access=write,pde.p=1,wp=0`.
public struct CaseFilter: Equatable, Sendable {
  /// The filter as it was given.
  public let text: String
  public let group: CaseGroup
  /// The bits of a case's number that are fixed, and their values.
  public private(set) var mask: UInt32 = 0
  public private(set) var value: UInt32 = 0

  /// Why a text is no filter.
  public struct Malformed: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
  }

  public init(_ text: String) throws(Malformed) {
    self.text = text
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let group = CaseGroup.allCases.first(where: { $0.name == parts[0] }) else {
      let names = CaseGroup.allCases.map(\.name).joined(separator: ", ")
      throw Malformed(description: "there is no group \(parts[0]); there are \(names)")
    }
    self.group = group
    guard parts.count == 2 else { return }
    if parts[1].hasPrefix("0x") {
      let number = UInt32(parts[1].dropFirst(2), radix: 16)
      guard let number, Self.isCase(number, of: group) else {
        throw Malformed(description: "there is no case \(text)")
      }
      (mask, value) = (group == .matrix ? MatrixCase.allBits : .max, number)
      return
    }
    guard group == .matrix else {
      throw Malformed(description: "\(group.name) takes a case's number, such as 0x00000080")
    }
    for property in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      try add(property)
    }
  }

  /// The filter that parameters have in them; nil if they ask for all groups.
  ///
  /// It is said in one way, however it was given.
  public init?(of parameters: RunParameters) {
    let group = CaseGroup.allCases.first { parameters.groups == $0.bit }
    guard let group else { return nil }
    let number = group == .matrix ? parameters.matrixValue : parameters.onlyCase ?? 0
    var text = group.name
    if parameters.onlyCase != nil || parameters.matrixMask == MatrixCase.allBits {
      let digits = String(number, radix: 16)
      text += ":0x" + String(repeating: "0", count: 8 - digits.count) + digits
    } else if parameters.matrixMask != 0 {
      text += ":" + Self.properties(parameters.matrixMask, parameters.matrixValue)
    }
    try? self.init(text)
  }

  /// The fixed bits by their names.
  private static func properties(_ mask: UInt32, _ value: UInt32) -> String {
    var parts: [String] = []
    if mask & accessBits != 0 {
      parts += accesses.filter { $0.value == value & accessBits }.map { "access=\($0.key)" }
    }
    if mask & MatrixControls.user != 0 {
      parts.append(value & MatrixControls.user == 0 ? "cpl=0" : "cpl=3")
    }
    for (name, bit) in bits.sorted(by: { $0.key < $1.key }) where mask & bit != 0 {
      parts.append("\(name)=\(value & bit == 0 ? 0 : 1)")
    }
    return parts.joined(separator: ",")
  }

  private static func isCase(_ number: UInt32, of group: CaseGroup) -> Bool {
    switch group {
    case .matrix: MatrixCase(rawValue: number).isCase
    case .caching:
      CachingCase(rawValue: number).isCase || CachingScript(rawValue: number).isCase
    case .restart: RestartCase(rawValue: number).isCase
    case .host: HostCase.exists(number)
    }
  }

  /// One `name=value`.
  private mutating func add(_ property: Substring) throws(Malformed) {
    let parts = property.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      throw Malformed(description: "'\(property)' is not of the form name=value")
    }
    let bits: UInt32
    let number: UInt32?
    if parts[0] == "access" {
      bits = Self.accessBits
      number = Self.accesses[parts[1]]
    } else if parts[0] == "cpl" {
      bits = MatrixControls.user
      number = ["0": 0, "3": bits][parts[1]]
    } else if let bit = Self.bits[parts[0]] {
      bits = bit
      number = ["0": 0, "1": bits][parts[1]]
    } else {
      let names = (["access", "cpl"] + Self.bits.keys.sorted()).joined(separator: ", ")
      throw Malformed(description: "there is no property \(parts[0]); there are \(names)")
    }
    guard let number else {
      throw Malformed(description: "\(parts[0]) can't be '\(parts[1])'")
    }
    guard (value ^ number) & mask & bits == 0 else {
      throw Malformed(description: "\(parts[0]) is asked for twice")
    }
    mask |= bits
    value |= number
  }

  private static let accessBits: UInt32 = 3 << 15

  private static let accesses: [String: UInt32] = [
    "read": 0 << 15, "write": 1 << 15, "fetch": 2 << 15,
  ]

  private static let bits: [String: UInt32] = [
    "pte.p": 1 << 0, "pte.w": 1 << 1, "pte.u": 1 << 2, "pte.a": 1 << 3, "pte.d": 1 << 4,
    "pte.pat": 1 << 5, "pte.g": 1 << 6,
    "pde.p": 1 << 7, "pde.w": 1 << 8, "pde.u": 1 << 9, "pde.a": 1 << 10, "pde.d": 1 << 11,
    "pde.ps": 1 << 12, "pde.g": 1 << 13, "pde.21": 1 << 14,
    "wp": MatrixControls.writeProtect, "pse": MatrixControls.pageSizeExtensions,
    "smep": MatrixControls.smep, "smap": MatrixControls.smap, "ac": MatrixControls.alignmentCheck,
  ]

  /// Writes the filter into what the payload is told.
  public func apply(to parameters: inout RunParameters) {
    parameters.groups = group.bit
    if group == .matrix {
      parameters.matrixMask = mask
      parameters.matrixValue = value
    } else {
      parameters.onlyCase = mask == 0 ? nil : value
    }
  }
}
