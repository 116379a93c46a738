import Kernel
import MinixABI

/// The calls about time. Source: POSIX sheet 2.5.
extension ProcessManager {
  /// TIME and GETTIMEOFDAY.
  func answerTime(_ caller: ProcessSlot) {
    let times = callKernel(.times) { $0[endpoint: 8] = .none }
    let (seconds, ticks) = times.bootTicks.quotientAndRemainder(dividingBy: ticksPerSecond)
    answer(0, caller) {
      $0[word: 20] = UInt32(bitPattern: times.bootTime) &+ seconds
      $0[word: 24] = UInt32(UInt64(ticks) * 1_000_000 / UInt64(ticksPerSecond))
    }
  }

  /// STIME: moves the time of the start, not the ticks since.
  func setTime(_ request: Message, _ caller: ProcessSlot) {
    guard roster[caller].identity.isRoot else { return answer(.eperm, caller) }
    setTimeOfDay(request[int: 20])
    answer(.ok, caller)
  }

  /// Says what time it is now, in seconds since 1970.
  public func setTimeOfDay(_ seconds: Int32) {
    let bootTime = seconds &- Int32(bitPattern: kernel.uptime / ticksPerSecond)
    callKernel(.setTime) { $0.bootTime = bootTime }
  }

  func answerTimes(_ caller: ProcessSlot) {
    let times = callKernel(.times) { $0[endpoint: 8] = roster[caller].endpoint }
    answer(0, caller) {
      $0[word: 8] = times.userTime
      $0[word: 12] = times.systemTime
      $0[word: 16] = roster[caller].childrenUserTicks
      $0[word: 20] = roster[caller].childrenSystemTicks
      $0[word: 24] = times.bootTicks
    }
  }

  /// ITIMER: reads a timer, sets it, or both.
  func setTimer(_ request: Message, _ caller: ProcessSlot) {
    let (new, old) = (request[word: 20], request[word: 24])
    guard let timer = IntervalTimer(rawValue: request[int: 8]), new != 0 || old != 0 else {
      return answer(.einval, caller)
    }
    let endpoint = roster[caller].endpoint
    guard new != 0 else {
      let image = image(ofInterval: interval(of: timer, caller), left: left(of: timer, caller))
      return copyOut(image, to: endpoint, unlessNull: old) { [self] in answer($0, caller) }
    }
    copyIn(16, from: endpoint, at: new) { [self] bytes in
      let words: WordImage
      switch bytes {
      case .failure(let error): return answer(error, caller)
      case .success(let bytes): words = WordImage(bytes)
      }
      guard let interval = ticks(words[0], words[4]), let value = ticks(words[8], words[12]) else {
        return answer(.einval, caller)
      }
      let image = image(ofInterval: self.interval(of: timer, caller), left: left(of: timer, caller))
      set(timer, of: caller, ticks: value, interval: value == 0 ? 0 : interval)
      copyOut(image, to: endpoint, unlessNull: old) { [self] in answer($0, caller) }
    }
  }

  /// A timer of the process's own time has run down in the kernel.
  func restartTimer(_ signal: Signal, of slot: ProcessSlot) {
    let timer: IntervalTimer = signal == .virtualAlarm ? .virtual : .profile
    let interval = interval(of: timer, slot)
    if interval > 0 { setVirtualTimer(timer, of: slot, ticks: interval) }
  }
}

/// `which` of ITIMER.
enum IntervalTimer: Int32 {
  case real = 0
  case virtual = 1
  case profile = 2
}

extension ProcessManager {
  private func interval(of timer: IntervalTimer, _ slot: ProcessSlot) -> Int32 {
    roster[slot].timers.intervals[Int(timer.rawValue)]
  }

  private func left(of timer: IntervalTimer, _ slot: ProcessSlot) -> Int32 {
    timer == .real ? ticksLeft(of: slot) : setVirtualTimer(timer, of: slot, ticks: nil)
  }

  private func set(_ timer: IntervalTimer, of slot: ProcessSlot, ticks: Int32, interval: Int32) {
    guard timer != .real else { return setRealTimer(of: slot, ticks: ticks, interval: interval) }
    roster[slot].timers.intervals[Int(timer.rawValue)] = interval
    setVirtualTimer(timer, of: slot, ticks: ticks)
  }

  /// SYS_VTIMER.
  ///
  /// - Parameter ticks: nil to read it only.
  /// - Returns: what it had left.
  @discardableResult
  private func setVirtualTimer(
    _ timer: IntervalTimer, of slot: ProcessSlot, ticks: Int32?
  ) -> Int32 {
    let kind: VirtualTimer = timer == .virtual ? .virtual : .profile
    let reply = callKernel(.virtualTimer) {
      $0[int: 8] = kind.rawValue
      $0[int: 12] = ticks == nil ? 0 : 1
      $0[int: 20] = ticks ?? 0
      $0[endpoint: 24] = roster[slot].endpoint
    }
    return reply.virtualTimerValue
  }

  /// `struct timeval` in ticks, rounded up; nil for what is none.
  private func ticks(_ seconds: UInt32, _ microseconds: UInt32) -> Int32? {
    let hertz = UInt64(ticksPerSecond)
    guard seconds <= UInt32(Int32.max) / ticksPerSecond, microseconds < 1_000_000 else {
      return nil
    }
    let ticks = UInt64(seconds) * hertz + (UInt64(microseconds) * hertz + 999_999) / 1_000_000
    return Int32(clamping: ticks)
  }

  /// `struct itimerval`.
  private func image(ofInterval interval: Int32, left: Int32) -> [UInt8] {
    let words = [interval, left].flatMap { ticks in
      let (seconds, rest) = UInt32(ticks).quotientAndRemainder(dividingBy: ticksPerSecond)
      return [seconds, UInt32(UInt64(rest) * 1_000_000 / UInt64(ticksPerSecond))]
    }
    return WordImage(words: words).bytes
  }
}
