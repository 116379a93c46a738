internal import CLab
internal import Glibc

/// Collects the signals that ask us to end, while it lives. Only the first of several in a
/// process collects; the others see none.
final class SignalRelay {
  /// Readable when a signal waits; nil when another relay collects.
  let descriptor: Int32?

  init() {
    let number = clab_signals_begin()
    descriptor = number < 0 ? nil : number
  }

  deinit {
    if descriptor != nil { clab_signals_end() }
  }

  /// The signals that came since the last call.
  func take() -> [Int32] {
    guard let descriptor, case .done(let bytes) = IO.read(descriptor, limit: 64) else { return [] }
    return bytes.map(Int32.init)
  }
}
