internal import I386
internal import KVM
internal import PagingCases

/// A case of the host group: what KVM shows whoever runs the machine.
public struct HostCase: Sendable {
  /// The kind in bits 31:16, the place among its scenes below.
  public let rawValue: UInt32
  let kind: HostKind
  let scene: any HostScene

  private init(_ kind: HostKind, _ place: Int, _ scene: any HostScene) {
    rawValue = kind.rawValue << 16 | UInt32(place)
    self.kind = kind
    self.scene = scene
  }

  /// All there are.
  public static let all: [HostCase] = HostKind.allCases.flatMap { kind in
    kind.scenes.enumerated().map { HostCase(kind, $0.offset, $0.element) }
  }

  /// Whether there is a case with a number.
  public static func exists(_ number: UInt32) -> Bool {
    guard let kind = HostKind(rawValue: number >> 16) else { return false }
    return kind.scenes.indices.contains(Int(number & 0xFFFF))
  }

  /// As `--filter` takes it.
  public var identifier: String {
    let digits = String(rawValue, radix: 16)
    return "host:0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  public var words: String { "\(kind.words): \(scene.words)" }

  /// What must be seen.
  func expectation(physicalAddressBits: UInt32) -> HostState {
    scene.expectation(by: PagingOracle(), physicalAddressBits: physicalAddressBits)
  }
}

extension Divergence {
  /// What a case of the host group has shown.
  init(_ hostCase: HostCase, _ expected: HostState, _ seen: HostState, _ field: HostField) {
    let open = expected[field]?.open ?? 0
    id = hostCase.identifier
    group = CaseGroup.host.name
    self.case = hostCase.words
    kind = "\(hostCase.kind.words): \(field.rawValue)"
    alike = 1
    self.expected = expected.words(of: field, unlike: seen, open: open)
    self.seen = seen.words(of: field, unlike: expected, open: open)
    known = nil
    self.repeat = ""
  }
}
