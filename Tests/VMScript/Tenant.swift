import MinixABI

/// A range of bytes that a process has been told is its own, perhaps gone in the meantime.
struct Span {
  var start: UInt32
  var byteCount: UInt32
}

/// A process of the script, and where it may look for its memory.
struct Tenant {
  let endpoint: Endpoint
  var spans: [Span]

  /// A process that the loader has made.
  init(endpoint: Endpoint) {
    self.init(endpoint: endpoint, spans: [Self.text, Self.data, Self.stack, Self.top])
  }

  init(endpoint: Endpoint, spans: [Span]) {
    self.endpoint = endpoint
    self.spans = spans
  }

  /// How many spans it has had from the beginning: they stay, gone or not.
  static var firstCount: Int { 4 }

  static var text: Span { Span(start: 0x0804_8000, byteCount: 0x1_0000) }
  static var data: Span { Span(start: 0x0900_0000, byteCount: 0x8_0000) }
  static var stack: Span {
    Span(
      start: AddressSpaceLayout.stackTop - AddressSpaceLayout.stackRegionByteCount,
      byteCount: AddressSpaceLayout.stackRegionByteCount)
  }
  /// Up to the last user address.
  static var top: Span { Span(start: AddressSpaceLayout.userEnd - 0x3000, byteCount: 0x3000) }
}

extension Draw {
  /// An address that a process may use: near the start of one of its spans or near its end, mostly;
  /// or anywhere.
  mutating func address(of tenant: Tenant) -> UInt32 {
    switch below(20) {
    case 0: return anything()
    case 1: return AddressSpaceLayout.userEnd &+ below(0x1000_0000)
    case 2: return below(0x2000)
    default: break
    }
    guard let span = element(of: tenant.spans) else { return anything() }
    let reach = min(span.byteCount, 0x1_0000)
    return oneIn(4)
      ? span.start &+ span.byteCount &- 1 &- below(reach) : span.start &+ below(reach)
  }

  /// The page of such an address.
  mutating func page(of tenant: Tenant) -> UInt32 { address(of: tenant) & ~0xFFF }
}
