public import MinixABI

/// The text of a script that has been played: the same on the host and in ring 3, if VM is.
public struct Playback {
  public var seed: UInt32
  public var stepCount: UInt32
  public var delivery: FaultDelivery
  /// Whether each answer's bytes are shown, and not only what remains of them.
  public var isComplete: Bool

  public init(seed: UInt32, stepCount: UInt32, delivery: FaultDelivery, isComplete: Bool) {
    self.seed = seed
    self.stepCount = stepCount
    self.delivery = delivery
    self.isComplete = isComplete
  }

  /// Steps between two digests.
  private static var interval: UInt32 { 64 }

  /// Plays the script and calls `body` for each line.
  ///
  /// A line has a step's answers in hexadecimal; every so many steps, and at the end, there is a line
  /// with the digest of all so far. The last lines are the flight recorder's last events, in words.
  public func lines(_ body: (String) -> Void) {
    var script = Script(seed: seed, delivery: delivery)
    var digest = Digest()
    var count: UInt32 = 0
    func show(_ title: String, _ answers: [Answer]) {
      for answer in answers { digest.add(answer) }
      count += UInt32(answers.count)
      if isComplete {
        for answer in answers { body(title + " " + hexadecimal(answer.bytes)) }
      }
    }
    show("begin", script.begin())
    for step in 0..<stepCount {
      show("\(step)", script.step())
      if step % Self.interval == Self.interval - 1 {
        body("digest after \(step + 1) steps, \(count) answers: \(hexadecimal(digest.value))")
      }
    }
    show("close", script.close())
    body("digest at the end, \(count) answers: \(hexadecimal(digest.value))")
    for event in script.lastEvents { body("event: " + event) }
  }
}

/// Two digits for each byte.
private func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

/// Sixteen digits.
private func hexadecimal(_ value: UInt64) -> String {
  hexadecimal((0..<8).map { UInt8(truncatingIfNeeded: value &>> (56 - 8 * $0)) })
}
