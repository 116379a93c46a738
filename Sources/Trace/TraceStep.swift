public import FlightRecorder
public import I386
public import MinixABI

/// One thing that happened, whole and with its time.
public struct TraceStep: Equatable, Sendable {
  /// The number of its first event in the trace.
  public var index: UInt64
  /// Nanoseconds since the first time that the trace has: that of the last trap or run until then.
  public var time: UInt64
  /// Whom it is about; NONE for page tables.
  public var who: Endpoint
  public var what: What

  /// What happened. ``/FlightRecorder/Event/Kind`` says what the fields mean.
  public enum What: Equatable, Sendable {
    case trap(vector: Vector, errorCode: UInt32, eip: UInt32, cr2: UInt32)
    case run(directory: UInt32)
    case message(Message, to: Endpoint, status: IPCStatus)
    case kernelCall(Message)
    case kernelResult(ResultCode, type: Int32, words: [UInt32])
    case flags(from: RTSFlags, to: RTSFlags)
    case edit(entry: UInt32, from: UInt32, to: UInt32, page: UInt32, directory: UInt32)
    case copiedEntries(
      source: UInt32, target: UInt32, count: UInt32, page: UInt32, directory: UInt32,
      isReadOnly: Bool)
    case emptied(table: UInt32, isDirectory: Bool)
    case overwritten(start: UInt32, byteCount: UInt32)
    case region(start: UInt32, byteCount: UInt32, flags: UInt16, isNew: Bool, directory: UInt32)
    case signal(Signal)
    case process(Event.Origin, parent: Endpoint, name: String)
    case walk(address: UInt32, directory: UInt32, first: UInt32, place: UInt32, second: UInt32)
    case code([UInt8])
    case pages(start: UInt32, count: UInt32, flags: UInt32, directory: UInt32)
  }

  /// Whether it brings somebody into the trace, or gives him another name.
  public var isBirth: Bool { if case .process = what { true } else { false } }

  public init(index: UInt64 = 0, time: UInt64 = 0, who: Endpoint, what: What) {
    self.index = index
    self.time = time
    self.who = who
    self.what = what
  }
}

/// Makes steps of events: joins the parts of messages and requests, and keeps the time.
public struct TraceDecoder {
  private let clock: TraceClock
  private var index: UInt64 = 0
  private var start: UInt64?
  private var time: UInt64 = 0
  /// What waits for its second part.
  private var pending: TraceStep?

  public init(_ clock: TraceClock) { self.clock = clock }

  /// Takes one event; gives the step that is whole with it, if one is.
  public mutating func step(_ event: Event) -> TraceStep? {
    defer { index += 1 }
    switch event.kind {
    case .trap, .run: passTime(event.cycles)
    default: break
    }
    guard let kind = event.kind, let what = what(event, kind) else { return nil }
    let step = TraceStep(
      index: index, time: time, who: kind.isAboutTables ? .none : event.endpoint, what: what)
    switch kind {
    case .message where !IPCStatus(rawValue: event.detail).isFromKernel: pending = step
    case .kernelCall where Self.hasRest(event.detail): pending = step
    case .messageRest, .kernelCallRest:
      defer { pending = nil }
      guard var whole = pending else { return nil }
      whole.what = what
      return whole
    default: return step
    }
    return nil
  }

  /// Whether the word 32 of a request follows.
  private static func hasRest(_ type: UInt32) -> Bool {
    [KernelCallNumber.safeMap, .safeRevokeMap].contains { UInt32($0.messageType) == type }
  }

  private mutating func passTime(_ cycles: UInt64) {
    if start == nil { start = cycles }
    time = max(time, clock.nanoseconds(from: start ?? cycles, to: cycles))
  }

  private func what(_ event: Event, _ kind: Event.Kind) -> TraceStep.What? {
    switch kind {
    case .empty: nil
    case .trap:
      .trap(
        vector: Vector(UInt8(truncatingIfNeeded: event.a)), errorCode: event.b, eip: event.c,
        cr2: event.d)
    case .run: .run(directory: event.a)
    case .message: message(event)
    case .messageRest: messageRest(event)
    case .kernelCall: kernelCall(event)
    case .kernelCallRest: kernelCallRest(event)
    case .kernelResult:
      .kernelResult(
        ResultCode(rawValue: Int32(bitPattern: event.a)), type: Int32(bitPattern: event.b),
        words: [event.c, event.d, event.e, event.f])
    case .flags:
      .flags(
        from: RTSFlags(rawValue: UInt16(truncatingIfNeeded: event.a)),
        to: RTSFlags(rawValue: UInt16(truncatingIfNeeded: event.b)))
    case .signal: .signal(Signal(rawValue: Int32(bitPattern: event.a)))
    case .process: process(event)
    case .walk:
      .walk(
        address: event.a, directory: event.b, first: event.c, place: event.d, second: event.e)
    case .code: .code(code(event))
    case .edit, .copiedEntries, .emptied, .overwritten, .region, .pages: memory(event, kind)
    }
  }

  private func memory(_ event: Event, _ kind: Event.Kind) -> TraceStep.What? {
    let directory = UInt32(bitPattern: event.who)
    switch kind {
    case .edit:
      return .edit(
        entry: event.a, from: event.b, to: event.c, page: event.d, directory: directory)
    case .copiedEntries:
      return .copiedEntries(
        source: event.a, target: event.b, count: event.c, page: event.d, directory: directory,
        isReadOnly: event.e == 1)
    case .emptied: return .emptied(table: event.a, isDirectory: event.b == 1)
    case .overwritten: return .overwritten(start: event.a, byteCount: event.b)
    case .region:
      return .region(
        start: event.a, byteCount: event.b, flags: UInt16(truncatingIfNeeded: event.c),
        isNew: event.d == 1, directory: event.e)
    case .pages:
      return .pages(start: event.a, count: event.b, flags: event.c, directory: event.d)
    default: return nil
    }
  }

  private func process(_ event: Event) -> TraceStep.What? {
    let bytes = (0..<8).map { index in
      UInt8(truncatingIfNeeded: (index < 4 ? event.c : event.d) >> UInt32(index % 4 * 8))
    }
    let name = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    guard let origin = Event.Origin(rawValue: event.a) else { return nil }
    return .process(
      origin, parent: Endpoint(rawValue: Int32(bitPattern: event.b)), name: name)
  }

  private func code(_ event: Event) -> [UInt8] {
    let words = [event.a, event.b, event.c, event.d]
    return (0..<Int(min(event.e, 16))).map { index in
      UInt8(truncatingIfNeeded: words[index / 4] >> UInt32(index % 4 * 8))
    }
  }
}

// MARK: - What takes two events

extension TraceDecoder {
  private func message(_ event: Event) -> TraceStep.What {
    var message = Message(type: Int32(bitPattern: event.b))
    message.source = event.endpoint
    for (index, word) in [event.c, event.d, event.e, event.f].enumerated() {
      message.words[2 + index] = word
    }
    return .message(
      message, to: Endpoint(rawValue: Int32(bitPattern: event.a)),
      status: IPCStatus(rawValue: event.detail))
  }

  private func messageRest(_ event: Event) -> TraceStep.What? {
    guard case .message(var message, let receiver, let status) = pending?.what else { return nil }
    (message.words[6], message.words[7], message.words[8]) = (event.a, event.b, event.c)
    return .message(message, to: receiver, status: status)
  }

  private func kernelCall(_ event: Event) -> TraceStep.What {
    var request = Message(type: Int32(bitPattern: event.detail))
    request.source = event.endpoint
    for (index, word) in [event.a, event.b, event.c, event.d, event.e, event.f].enumerated() {
      request.words[2 + index] = word
    }
    return .kernelCall(request)
  }

  private func kernelCallRest(_ event: Event) -> TraceStep.What? {
    guard case .kernelCall(var request) = pending?.what else { return nil }
    request.words[8] = event.a
    return .kernelCall(request)
  }
}

extension Event.Kind {
  /// Whether `who` is a page directory, or nobody.
  fileprivate var isAboutTables: Bool {
    switch self {
    case .edit, .copiedEntries, .emptied, .overwritten: true
    default: false
    }
  }
}
