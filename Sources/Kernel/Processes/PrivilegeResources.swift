import MinixABI

/// What a privilege structure says of devices: the I/O ports, physical memory and interrupt lines
/// that its process may have, where it is checked at all.
///
/// It stands apart from ``Privilege``, which every message reads.
struct PrivilegeResources: Equatable {
  /// `s_io_tab`, `s_nr_io_range`.
  var ioRanges: [ResourceRange] = []
  /// `s_mem_tab`, `s_nr_mem_range`.
  var memoryRanges: [ResourceRange] = []
  /// `s_irq_tab`, `s_nr_irq`.
  var irqs: [Int32] = []

  /// `NR_IO_RANGE`, `NR_MEM_RANGE`, `NR_IRQ`.
  static let ioRangeCapacity = 32
  static let memoryRangeCapacity = 10
  static let irqCapacity = 4
}

/// `struct io_range`, `struct mem_range`: from the base to the limit, both included.
struct ResourceRange: Equatable {
  var base: UInt32
  var limit: UInt32

  /// The bytes of one in memory.
  static let byteCount: UInt32 = 8

  init(_ image: KernelImage, at offset: Int = 0) {
    base = image[word: offset]
    limit = image[word: offset + 4]
  }

  /// Whether it holds the whole of another.
  func contains(_ first: UInt32, through last: UInt32) -> Bool { first >= base && last <= limit }
}

/// A privilege structure as somebody has described it to SYS_PRIVCTL. Source: ABI 15.3.
struct PrivilegeRequest {
  /// The structure's size in bytes.
  static let byteCount: UInt32 = 476

  let id: Int16
  let flags: PrivilegeFlags
  let trapMask: TrapMask
  let ipcTo: UInt32
  let kernelCallMask: UInt64
  let signalManager: Endpoint
  let resources: PrivilegeResources

  /// - Returns: nil if it claims more ranges than a structure has.
  init?(_ image: KernelImage) {
    id = Int16(bitPattern: image[short: 4])
    flags = PrivilegeFlags(rawValue: image[short: 6])
    trapMask = TrapMask(rawValue: image[short: 16])
    ipcTo = image[word: 18]
    kernelCallMask = UInt64(image[word: 22]) | UInt64(image[word: 26]) << 32
    signalManager = image[endpoint: 32]
    var resources = PrivilegeResources()
    if flags.contains(.checksIRQ) {
      guard let irqs = Self.items(image, 448, 4, PrivilegeResources.irqCapacity) else { return nil }
      resources.irqs = irqs.map { image[int: $0] }
    }
    if flags.contains(.checksIOPort) {
      let capacity = PrivilegeResources.ioRangeCapacity
      guard let ranges = Self.items(image, 104, 8, capacity) else { return nil }
      resources.ioRanges = ranges.map { ResourceRange(image, at: $0) }
    }
    if flags.contains(.checksMemory) {
      let capacity = PrivilegeResources.memoryRangeCapacity
      guard let ranges = Self.items(image, 364, 8, capacity) else { return nil }
      resources.memoryRanges = ranges.map { ResourceRange(image, at: $0) }
    }
    self.resources = resources
  }

  /// The offsets of a table's items, whose count stands before it.
  private static func items(
    _ image: KernelImage, _ offset: Int, _ byteCount: Int, _ capacity: Int
  ) -> [Int]? {
    let count = Int(image[int: offset])
    guard count >= 0, count <= capacity else { return nil }
    return (0..<count).map { offset + 4 + $0 * byteCount }
  }
}
