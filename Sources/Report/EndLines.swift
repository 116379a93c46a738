import GuestImage
import I386
import Kernel
import Machine
import MinixABI
import Servers
public import Session
import VMServer

extension RunResult {
  /// How the run ended, in words: a line for each program that a signal killed, then why the run
  /// itself ended. Empty for a run in which every program ended by itself.
  ///
  /// A sentence is one line however long it is, so that it can be searched for; a failure is several:
  /// what failed, the registers where there are some, and the last recorded events.
  public var endLines: [String] {
    processes.compactMap(\.deathLine) + end.lines + lastEventLines
  }

  private var lastEventLines: [String] {
    lastEvents.isEmpty ? [] : ["last events, newest at the end:"] + lastEvents.map { "  \($0)" }
  }
}

extension RunEnd {
  fileprivate var lines: [String] {
    switch self {
    case .finished: []
    case .stuck(let waits):
      [
        "nothing can run any more"
          + (waits.isEmpty ? "" : ": \(waits.map(\.words).joined(separator: "; "))")
      ]
    case .shutDown(let how): ["the system was shut down: \(how)"]
    case .timeout: ["stopped: the time that the run was given is over"]
    case .interrupted(let signal): ["interrupted by \(HostSignal.name(of: signal))"]
    case .processorFailed(let error): error.description.lines
    case .kernelFailed(let failure): failure.description.lines
    }
  }
}

extension Wait {
  /// "waiter (36569) waits to receive from PM (0)".
  fileprivate var words: String {
    "\(name) (\(endpoint.rawValue)) \(reason)".printable
  }
}

extension ProcessResult {
  fileprivate var deathLine: String? {
    guard case .signal(let signal) = end else { return nil }
    let death = "\(name.printable) was killed by \(signal)"
    let reason = diedWithoutMemory ? "out of memory, " : ""
    return fatalTrap.map { "\(death): \(reason)\($0.words)" } ?? death
  }

  /// Whether its last fault was a legal one that found no memory. A program that survives such faults
  /// and illegal ones by a handler may have died of either.
  private var diedWithoutMemory: Bool {
    guard let faults, fatalTrap?.vector == .pageFault else { return false }
    return faults.outOfMemory > 0 && faults.segv == 0
  }
}

extension FatalTrap {
  /// "user write to a protected page, address 0x08049000, error code 7, at main+0x1c (0x08048123),
  /// hello.c:12".
  fileprivate var words: String {
    let line = source.map { ", \($0)" } ?? ""
    let place = (symbol.map { "\($0) (\(eip))" } ?? "\(eip)") + line
    guard vector == .pageFault else {
      return "\(vector)\(vector.hasErrorCode ? ", error code \(errorCode)" : ""), at \(place)"
    }
    let access = PageFaultErrorCode(rawValue: errorCode)
    return "\(access), address \(address), error code \(errorCode), at \(place)"
  }
}

extension Vector {
  /// Whether the CPU pushes an error code. Source: SDM 3A, "Exception and Interrupt Reference".
  fileprivate var hasErrorCode: Bool { [8, 10, 11, 12, 13, 14, 17].contains(rawValue) }
}

extension String {
  fileprivate var lines: [String] { split(separator: "\n").map(String.init) }
}
