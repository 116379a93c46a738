import Kernel
import Machine
import MinixABI
import Session

/// `end`: why the run ended.
struct EndSummary: Encodable {
  private let reason: Reason
  /// More, in words: the signal that interrupted the run, or what failed.
  private var detail: String?
  /// Who waits for whom; for a run that is stuck.
  private var waits: [WaitSummary]?

  private enum Reason: String, Encodable {
    case finished, stuck, shutDown, timeout, interrupted, failed
  }

  private struct WaitSummary: Encodable {
    let name: String
    let endpoint: Int32
    let reason: String
  }

  init(_ end: RunEnd) {
    switch end {
    case .finished: reason = .finished
    case .stuck(let waits):
      reason = .stuck
      self.waits = waits.map {
        WaitSummary(name: $0.name, endpoint: $0.endpoint.rawValue, reason: $0.reason)
      }
    case .shutDown(let how):
      reason = .shutDown
      detail = how.description
    case .timeout: reason = .timeout
    case .interrupted(let signal):
      reason = .interrupted
      detail = HostSignal.name(of: signal)
    case .processorFailed(let error):
      reason = .failed
      detail = error.description
    case .kernelFailed(let failure):
      reason = .failed
      detail = failure.description
    }
  }
}

/// Signals to the host's process.
enum HostSignal {
  /// The name, or the number where host and MINIX differ: they agree on 1 to 15.
  static func name(of number: Int32) -> String {
    (1...15).contains(number) ? "\(Signal(rawValue: number))" : "signal \(number)"
  }
}
