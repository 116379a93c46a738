public import I386

/// A page fault that a case must show.
struct RestartFault: Hashable, Sendable {
  /// Of the model's: nothing of this step has happened.
  var step: Int
  var page: RestartPage
  var error: UInt32
  /// Bits of the error code that the manual leaves open.
  var openError: UInt32
  /// CR2 is one of the bytes of the page that the step uses.
  var low: UInt32
  var high: UInt32
}

/// Everything that a case must show.
public struct RestartExpectation {
  public let model: RestartModel
  /// In the order of their steps; those of one step may come in any order.
  let faults: [RestartFault]

  public init(_ restartCase: RestartCase) {
    model = RestartModel(restartCase)
    faults = Self.faults(restartCase, model.steps, isAbort: model.exception?.isAbort == true)
  }

  /// What the case finds.
  public var setUp: RestartSetUp { model.start }

  /// CR0.WP, so that a supervisor may lack the right to write, too.
  public static var mode: PagingMode {
    PagingMode(writeProtect: true, pageSizeExtensions: true)
  }

  private static func faults(
    _ restartCase: RestartCase, _ steps: [RestartStep], isAbort: Bool
  ) -> [RestartFault] {
    var faults: [RestartFault] = []
    for number in 0..<RestartPage.count {
      let page = RestartPage(number: number)
      let lack = restartCase.lack(of: page)
      // What lacks to a page fault's delivery makes a double fault of it.
      if lack == .nothing || isAbort && page.region != .code { continue }
      for (index, step) in steps.enumerated() {
        let touch = step.touches.first {
          $0.page == number
            && (lack == .present || lack == .writable && $0.writes || lack == .user && $0.isUser)
        }
        guard let touch else { continue }
        faults.append(fault(touch, restartCase, page, lack, step: index))
        break
      }
    }
    return faults.sorted { $0.step < $1.step }
  }

  private static func fault(
    _ touch: RestartTouch, _ restartCase: RestartCase, _ page: RestartPage,
    _ lack: RestartCase.Lack, step: Int
  ) -> RestartFault {
    let isWrite = touch.writes && (!touch.reads || lack == .writable)
    let entries = restartCase.entries(of: page)
    let outcome = PagingOracle().access(
      LinearAddress(touch.low),
      MemoryAccess(touch.fetches ? .fetch : isWrite ? .write : .read, isUser: touch.isUser),
      mode: mode, directoryEntry: entries.directory, load: { _ in entries.table })
    // What is read and written may be tried first as either.
    let isEither = touch.reads && touch.writes && lack != .writable
    return RestartFault(
      step: step, page: page, error: outcome.error, openError: isEither ? 2 : 0, low: touch.low,
      high: touch.high)
  }

  /// The entries of a page when all is done, and the bits of them that are open.
  func entries(
    of page: RestartPage
  ) -> (directory: UInt32, table: UInt32, openAccessed: UInt32, openDirty: UInt32) {
    var isUsed = false
    var isWritten = false
    var isProbed = false
    for step in model.steps {
      for touch in step.touches where touch.page == page.number {
        if touch.isProbe { isProbed = true } else { isUsed = true }
        if touch.writes, !touch.isProbe { isWritten = true }
      }
    }
    // A processor may use a page in advance, and mark it; but it may not write.
    return (
      page.table | page.rights | (isUsed ? PageEntryBits.accessed : 0),
      page.frame | page.rights | (isUsed ? PageEntryBits.accessed : 0)
        | (isWritten ? PageEntryBits.dirty : 0),
      isUsed ? 0 : PageEntryBits.accessed, isProbed && !isWritten ? PageEntryBits.dirty : 0
    )
  }

  /// Whether a page's entries are compared: those that handlers use, too, are not.
  static func comparesEntries(of page: RestartPage) -> Bool {
    !page.region.isSystem || page.region == .descriptors && page.isUpper
  }
}
