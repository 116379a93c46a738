// The payload from its first Swift function to its last.

import ConformAssembly
import I386
import PagingCases

/// The payload's start, on its own stack, in flat protected mode without paging.
@_cdecl("conform_main")
public func conformMain() {
  let parameters = RunParameters { Memory.load(PhysicalAddress(GuestLayout.parameters) + $0 * 4) }
  guard let parameters else { conformPanic(0x5041_5241) }
  Report.start(parameters)
  let processor = ProcessorFeatures { leaf, registers in
    withUnsafeMutablePointer(to: &registers) {
      $0.withMemoryRebound(to: UInt32.self, capacity: 4) { conform_cpuid(leaf, $0) }
    }
  }
  Machine.start()
  Report.features(processor, parameters)
  if parameters.wants(.matrix) {
    var matrix = Matrix(parameters, processor)
    matrix.run()
    Report.matrix(matrix, processor)
  }
  if parameters.wants(.caching) {
    var caching = Caching(parameters, processor)
    caching.run()
    var scripts = CachingScripts(parameters, processor)
    scripts.run()
    Report.done(
      .caching, total: caching.total + scripts.total, failed: caching.failed + scripts.failed)
  }
  if parameters.wants(.restart) {
    var restart = Restart(parameters)
    restart.run()
    Report.restart(restart)
  }
  Report.finish()
}

/// An exception outside a batch: one of a trial of the restart group, or one that nobody expects.
///
/// - Returns: whether the trial is over.
@_cdecl("conform_trap")
public func conformTrap(_ frame: UnsafeMutablePointer<conform_frame>) -> Bool {
  if let isOver = Restart.take(&frame.pointee) { return isOver }
  Report.panic([
    frame.pointee.vector, frame.pointee.error, frame.pointee.cr2, frame.pointee.eip,
  ])
}

/// The runtime has found something that can't go on.
@_cdecl("conform_panic")
public func conformPanic(_ reason: UInt32) -> Never {
  Report.panic([reason])
}
