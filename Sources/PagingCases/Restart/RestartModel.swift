/// What a case's instruction does, step by step, on a processor that is right: which bytes it touches
/// before it changes anything, and what it changes then.
///
/// This is the group's oracle. Source: SDM 2, the instructions' "Operation"; SDM 1, "Repeating String
/// Operations"; SDM 3A, "Fault", on what a fault leaves as it was.
public struct RestartModel {
  public let shape: RestartCase
  /// The registers and the compared bytes, as they are now.
  var registers: RestartRegisters
  var memory: [UInt8]
  /// The step that has begun.
  private var step: RestartStep
  /// The steps that are done.
  private(set) var steps: [RestartStep] = []
  /// Another end than that of all cases: an exception that is none of paging's.
  private(set) var exception: RestartException?
  /// Bytes that the manual leaves open when all is done.
  var openMemory: [UInt32] = []
  let code: RestartCode
  let start: RestartSetUp

  static var immediate: UInt32 { 0x5A6B_7C8D }
  static var allocation: UInt32 { 64 }
  /// Where nothing is mapped.
  static var nowhere: UInt32 { 0xB000_0010 }

  /// Makes the set-up, and plays the case.
  public init(_ restartCase: RestartCase) {
    shape = restartCase
    code = RestartCode(restartCase)
    start = RestartSetUp(restartCase, code)
    registers = start.registers
    memory = start.memory
    step = RestartStep(registers, memory)
    touch(code.start, UInt32(code.bytes.count), .fetch)
    endStep()
    execute()
    guard exception == nil else { return }
    touch(registers.eip, UInt32(RestartCode.ending.count), .fetch)
    endStep()
  }

  var size: UInt32 { shape.size }
  var isUser: Bool { registers.cs & 3 == 3 }

  /// All before this must have worked before anything after it is tried.
  mutating func endStep() {
    steps.append(step)
    step = RestartStep(registers, memory)
  }

  /// Flags that are open while the step that has begun isn't done.
  mutating func leaveOpen(flags: UInt32) { step.openFlags = flags }

  /// The instruction ends in an exception.
  mutating func raise(_ vector: UInt32, error: UInt32 = 0, isAbort: Bool = false) {
    exception = RestartException(vector: vector, error: error, isAbort: isAbort)
  }

  /// The page fault that comes of nothing but the case itself: it leaves CR2 behind.
  var finalFaultAddress: UInt32? {
    shape.instruction == .pageFault && exception == nil ? Self.nowhere : nil
  }
}

/// How a trial ends if not by its own words.
public struct RestartException: Hashable, Sendable {
  public var vector: UInt32
  public var error: UInt32
  /// The manual promises nothing of the registers.
  public var isAbort: Bool
}

/// What is used at once: as long as one of these pages lacks something, nothing changes.
public struct RestartStep {
  /// Before it.
  public var registers: RestartRegisters
  public var memory: [UInt8]
  public var touches: [RestartTouch] = []
  public var openFlags: UInt32 = 0

  init(_ registers: RestartRegisters, _ memory: [UInt8]) {
    self.registers = registers
    self.memory = memory
  }
}

/// The use of a page in a step.
public struct RestartTouch: Hashable, Sendable {
  /// See ``RestartPage/number``.
  public var page: UInt32
  public var reads = false
  public var writes = false
  public var fetches = false
  /// It is written, but nothing may come of it: the last check of ENTER.
  public var isProbe = false
  /// Whether it is ring 3's own, and not the processor's.
  public var isUser: Bool
  /// The first and the last byte.
  public var low: UInt32
  public var high: UInt32
}

extension RestartModel {
  enum Use { case read, write, readAndWrite, fetch, probe }

  /// Notes a use of some bytes.
  ///
  /// - Parameter isSystem: the processor's own, which is a supervisor's.
  mutating func touch(
    _ linear: UInt32, _ byteCount: UInt32, _ use: Use, isSystem: Bool = false
  ) {
    for address in [linear, linear &+ (byteCount &- 1)] {
      guard let region = RestartRegion.holding(address) else { continue }
      let boundary = region.boundary
      let page = RestartPage(region, isUpper: address >= boundary)
      let last = linear &+ (byteCount &- 1)
      let low = page.isUpper ? max(linear, boundary) : linear
      let high = page.isUpper ? last : min(last, boundary &- 1)
      note(page.number, use, isUser: isUser && !isSystem, low, high)
    }
  }

  private mutating func note(
    _ page: UInt32, _ use: Use, isUser: Bool, _ low: UInt32, _ high: UInt32
  ) {
    let index =
      step.touches.firstIndex { $0.page == page && $0.isUser == isUser } ?? step.touches.count
    if index == step.touches.count {
      step.touches.append(RestartTouch(page: page, isUser: isUser, low: low, high: high))
    }
    var touch = step.touches[index]
    touch.low = min(touch.low, low)
    touch.high = max(touch.high, high)
    switch use {
    case .read: touch.reads = true
    case .write: touch.writes = true
    case .readAndWrite: (touch.reads, touch.writes) = (true, true)
    case .fetch: touch.fetches = true
    case .probe: (touch.writes, touch.isProbe) = (true, true)
    }
    step.touches[index] = touch
  }

  /// Where a byte is kept; nil where the model knows nothing.
  static func index(of linear: UInt32) -> Int? {
    guard let region = RestartRegion.holding(linear),
      RestartRegion.compared.contains(region.rawValue)
    else { return nil }
    let start = region.boundary &- RestartRegion.reach
    return Int(region.rawValue * 2 * RestartRegion.reach + (linear &- start))
  }

  /// A value of 1, 2 or 4 bytes, without a use.
  func peek(_ linear: UInt32, _ byteCount: UInt32) -> UInt32 {
    var value: UInt32 = 0
    for byte in 0..<byteCount {
      guard let index = Self.index(of: linear &+ byte) else { continue }
      value |= UInt32(memory[index]) << (8 * byte)
    }
    return value
  }

  /// Puts a value there, without a use.
  mutating func poke(_ value: UInt32, _ linear: UInt32, _ byteCount: UInt32) {
    for byte in 0..<byteCount {
      guard let index = Self.index(of: linear &+ byte) else { continue }
      memory[index] = UInt8(truncatingIfNeeded: value >> (8 * byte))
    }
  }

  mutating func read(_ linear: UInt32, _ byteCount: UInt32) -> UInt32 {
    touch(linear, byteCount, .read)
    return peek(linear, byteCount)
  }

  mutating func write(_ value: UInt32, _ linear: UInt32, _ byteCount: UInt32) {
    touch(linear, byteCount, .write)
    poke(value, linear, byteCount)
  }

  /// The operand at EDI, for reading.
  mutating func operand() -> UInt32 { read(registers.edi, size) }

  /// The operand at EDI, replaced by what `body` makes of it.
  mutating func update(at linear: UInt32, _ body: (UInt32) -> UInt32) {
    touch(linear, size, .readAndWrite)
    poke(body(peek(linear, size)), linear, size)
  }

  /// The part of a register that an operand of this size replaces.
  func merged(_ old: UInt32, _ new: UInt32) -> UInt32 {
    let mask = RestartFlags.mask(size)
    return old & ~mask | new & mask
  }

  mutating func setStatus(_ flags: UInt32) {
    registers.eflags = registers.eflags & ~RestartFlags.status | flags
  }
}
