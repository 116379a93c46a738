// Instructions that fault in the middle and are begun anew: one case at a time, in a directory whose
// pages lack what the case says until the handler puts it right.

import ConformAssembly
import I386
import PagingCases

struct Restart {
  private let parameters: RunParameters
  private(set) var total: UInt32 = 0
  private(set) var failed: UInt32 = 0
  private(set) var findings = RestartFindings()

  /// The trial that runs, for the traps; nil between trials.
  nonisolated(unsafe) private static var trial: Trial?

  private struct Trial {
    let restartCase: RestartCase
    /// Goes on behind the instruction instead.
    let skipsInstruction: Bool
    var faults: [RestartFrame] = []
    var end: RestartFrame?
    /// A case has four faults at most; a processor that makes no progress is stopped.
    static var most: Int { 8 }
  }

  init(_ parameters: RunParameters) { self.parameters = parameters }

  mutating func run() {
    RestartTables.install()
    Machine.setControls(RestartExpectation.mode)
    RestartCase.forEach { restartCase in
      guard parameters.wants(restartCase) else { return }
      run(restartCase)
      if total & 255 == 0 { Report.progress(total) }
    }
    Machine.setControls(PagingMode(writeProtect: false, pageSizeExtensions: false))
    RestartTables.remove()
  }

  private mutating func run(_ restartCase: RestartCase) {
    let expectation = RestartExpectation(restartCase)
    RestartTables.prepare(restartCase, expectation.setUp)
    Self.trial = Trial(
      restartCase: restartCase, skipsInstruction: parameters.omitsInvalidations)
    Self.enter(expectation.setUp.registers)
    let trial = Self.trial
    Self.trial = nil
    guard let trial else { return }
    var last = conform_last().pointee
    let seen = RestartObservation(
      faults: trial.faults, end: trial.end ?? Self.frame(&last), entries: RestartTables.entries())
    total += 1
    if let difference = expectation.difference(from: seen) {
      failed += 1
      findings.add(restartCase, difference)
    }
  }

  private static func enter(_ registers: RestartRegisters) {
    var start = conform_start()
    start.cr3 = GuestLayout.restartDirectory
    start.eip = registers.eip
    start.cs = registers.cs
    start.eflags = registers.eflags
    start.esp = registers.esp
    start.ss = registers.ss
    start.edi = registers.edi
    start.esi = registers.esi
    start.ebp = registers.ebp
    start.ebx = registers.ebx
    start.edx = registers.edx
    start.ecx = registers.ecx
    start.eax = registers.eax
    conform_enter(&start)
  }

  /// An exception in a trial: notes it, and puts right what lacks.
  ///
  /// - Returns: whether the trial is over; nil if no trial runs.
  static func take(_ frame: inout conform_frame) -> Bool? {
    guard trial != nil else { return nil }
    let seen = Self.frame(&frame)
    guard frame.vector == 14, trial?.faults.count != Trial.most else {
      trial?.end = seen
      return true
    }
    trial?.faults.append(seen)
    RestartTables.mend(seen.faultAddress)
    if trial?.skipsInstruction == true { frame.eip = trial?.restartCase.next ?? 0 }
    return false
  }

  /// A frame as it is compared.
  private static func frame(_ frame: inout conform_frame) -> RestartFrame {
    var registers = RestartRegisters()
    registers.eax = frame.eax
    registers.ecx = frame.ecx
    registers.edx = frame.edx
    registers.ebx = frame.ebx
    registers.ebp = frame.ebp
    registers.esi = frame.esi
    registers.edi = frame.edi
    registers.eip = frame.eip
    registers.eflags = frame.eflags
    registers.cs = frame.cs & 0xFFFF
    registers.ds = frame.ds & 0xFFFF
    registers.es = frame.es & 0xFFFF
    registers.fs = frame.fs & 0xFFFF
    registers.gs = frame.gs & 0xFFFF
    if frame.cs & 3 == 0 {
      // Ring 0's trial runs on the payload's stack: the frame is all that was pushed there.
      registers.esp = frame.unused_esp &+ ringZeroFrame &- conform_trial_stack()
      registers.ss = UInt32(CONFORM_KERNEL_DATA)
    } else {
      registers.esp = frame.esp
      registers.ss = frame.ss & 0xFFFF
    }
    return RestartFrame(
      vector: frame.vector, error: frame.error, faultAddress: frame.cr2, registers: registers,
      memory: RestartTables.comparedBytes())
  }

  /// Vector, error code, EIP, CS and EFLAGS: what PUSHA's ESP lies below the trial's by.
  private static var ringZeroFrame: UInt32 { 20 }
}
