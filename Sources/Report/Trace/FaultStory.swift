import I386
public import MinixABI
public import Trace

/// Everything from a page fault to the moment at which its process runs again, or is no more.
public struct FaultStory {
  /// Faults are numbered from 1 in the order of their traps.
  public let number: Int
  public let who: Endpoint
  public private(set) var steps: [TraceStep] = []
  /// Whether the process runs again, or is gone.
  public private(set) var isWhole = false
  /// Whether it got a signal for the fault.
  public private(set) var isFatal = false

  /// What happens between is not kept beyond so many steps.
  static let limit = 400

  init(_ trap: TraceStep, number: Int) {
    (self.number, who, steps) = (number, trap.who, [trap])
  }

  mutating func add(_ step: TraceStep) {
    if steps.count < Self.limit { steps.append(step) }
    guard step.who == who else { return }
    switch step.what {
    case .run: isWhole = true
    case .flags(_, let new) where new == .slotFree: isWhole = true
    case .walk: isFatal = true
    default: break
    }
  }
}

/// Finds the story of a fault: by its number, or the first fatal one, or the first.
public struct FaultSearch {
  private let wanted: Int?
  private var open: [FaultStory] = []
  private var first: FaultStory?
  /// What was found until now.
  public private(set) var found: FaultStory?
  public private(set) var view: TraceView

  /// - Parameters:
  ///   - wanted: a fault's number; nil for the one that a reader wants to see.
  ///   - trace: where to search, as far as it needs.
  ///   - progress: gets the share that is done, once in a while.
  public init(
    _ wanted: Int?, in trace: TraceFile, progress: (Double) -> Void = { _ in }
  ) throws {
    self.wanted = wanted
    view = TraceView(trace)
    try trace.forEachStep(progress: progress) { step, view in
      take(step, view)
      if found?.isWhole == true { throw TraceFile.Enough() }
    }
    for story in open { close(story) }
    if found == nil, wanted == nil { found = first }
  }

  private mutating func take(_ step: TraceStep, _ view: TraceView) {
    if case .process = step.what { self.view.observe(step) }
    for index in open.indices { open[index].add(step) }
    for story in open where story.isWhole { close(story) }
    open.removeAll { $0.isWhole }
    if case .trap(.pageFault, _, _, _) = step.what,
      wanted == nil || wanted == view.faultNumber
    {
      open.append(FaultStory(step, number: view.faultNumber))
    }
  }

  private mutating func close(_ story: FaultStory) {
    if first == nil { first = story }
    if found == nil, story.number == wanted || wanted == nil && story.isFatal { found = story }
  }
}
