import FlightRecorder
import I386
import MinixABI
public import Trace

/// What an exporter knows of a trace when it has come to a step: names, programs, regions.
public struct TraceView {
  public private(set) var names: TraceNames
  let places: CodePlaces
  /// The regions of each address space, by page directory.
  private(set) var regions: [UInt32: [Region]] = [:]
  /// Page faults so far: the number of the last one.
  private(set) var faultNumber = 0
  /// When a process trapped last, if it has not run since.
  private(set) var trapTime: [Endpoint: UInt64] = [:]

  struct Region: Equatable {
    var start: UInt32
    var end: UInt32
    var flags: UInt16
  }

  public init(_ trace: TraceFile) {
    names = TraceNames(trace)
    places = CodePlaces(trace)
  }

  var text: MessageText { MessageText(names: names) }

  /// Takes a step, before it is shown.
  public mutating func observe(_ step: TraceStep) {
    names.observe(step)
    switch step.what {
    case .trap(let vector, _, _, _):
      if vector == .pageFault { faultNumber += 1 }
      trapTime[step.who] = step.time
    case .region(let start, let byteCount, let flags, let isNew, let directory):
      regions[directory, default: []].removeAll { $0.start == start }
      if isNew {
        regions[directory, default: []].append(
          Region(start: start, end: start &+ byteCount, flags: flags))
      }
    default: break
    }
  }

  /// Takes the end of a process's wait, after it was shown.
  mutating func settle(_ step: TraceStep) {
    if case .run = step.what { trapTime[step.who] = nil }
  }

  /// The region of an address space that contains an address.
  func region(containing address: UInt32, in directory: UInt32) -> Region? {
    regions[directory]?.first { $0.start <= address && address < $0.end }
  }
}

extension TraceFile {
  /// Calls `body` for each step, in order, with what was known by then.
  ///
  /// - Parameters:
  ///   - progress: called once in a while with the share that is done, from 0 to 1.
  ///   - body: may throw ``Enough`` when it does not want the rest.
  /// - Returns: what is known at the end.
  @discardableResult
  public func forEachStep(
    progress: (Double) -> Void = { _ in }, _ body: (TraceStep, TraceView) throws -> Void
  ) throws -> TraceView {
    var decoder = TraceDecoder(clock)
    var view = TraceView(self)
    var count: UInt64 = 0
    do {
      try forEach { event in
        count += 1
        if count & 0xFFFF == 0 { progress(Double(count) / Double(max(eventCount, 1))) }
        guard let step = decoder.step(event) else { return }
        view.observe(step)
        try body(step, view)
        view.settle(step)
      }
    } catch is Enough {}
    return view
  }

  /// The rest of a trace is not wanted.
  public struct Enough: Error { public init() {} }
}
