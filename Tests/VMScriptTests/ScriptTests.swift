import MinixABI
import Testing
import VMScript

/// A script is worth comparing if it makes VM do everything that it can, and if whatever VM does
/// otherwise is to be seen.
@Suite struct ScriptTests {
  @Test(arguments: FaultDelivery.allCases) func eachKindOfAnswerOccurs(_ delivery: FaultDelivery) {
    let tally = Tally(seed: 1, stepCount: 6_000, delivery: delivery)
    for kind in Answer.Kind.allCases { #expect(tally.kinds[kind, default: 0] > 0, "\(kind)") }
    for parameter: VMControl in [
      .setCR3, .clearPageFault, .memoryRequestGet, .memoryRequestReply, .pageDirectories, .freePDE,
      .enablePaging, .flushTLB, .kernelPhysicalMap, .kernelMapReply,
    ] {
      #expect(tally.controls[parameter.rawValue, default: 0] > 0, "\(parameter)")
    }
    let polls = tally.controls[VMControl.getPageFault.rawValue, default: 0]
    #expect(delivery == .signal ? polls > 1_000 : polls == 0)
    for call: KernelCallNumber in [.kill, .memset, .physicalCopy, .vmControl] {
      #expect(tally.calls[call.messageType, default: 0] > 20, "\(call)")
    }
  }

  @Test(arguments: FaultDelivery.allCases) func eachVerdictOccurs(_ delivery: FaultDelivery) {
    let tally = Tally(seed: 1, stepCount: 6_000, delivery: delivery)
    let results: [ResultCode] = [.ok, .einval, .efault, .enomem, .enosys]
    for result in results {
      #expect(tally.replies[result.rawValue, default: 0] > 5, "\(result)")
    }
    for result: ResultCode in [.ok, .efault, .enomem, .einval] {
      #expect(tally.grants[result.rawValue, default: 0] > 5, "\(result)")
    }
    #expect(tally.zeroFill > 10)
    #expect(tally.protection > 5)
    #expect(tally.segv > 10)
    #expect(tally.outOfMemory > 5)
  }

  @Test func theSameSeedGivesTheSameStream() {
    let lines = Self.lines(seed: 7)
    #expect(lines.count > 400)
    #expect(lines == Self.lines(seed: 7))
    #expect(lines != Self.lines(seed: 8))
    #expect(lines != Self.lines(seed: 7, .signal))
  }

  /// Without the answers, the digests are the same.
  @Test func theShortTextIsPartOfTheLongOne() {
    let short = Self.lines(seed: 7, isComplete: false)
    #expect(short == Self.lines(seed: 7).filter { $0.contains(":") })
    #expect(short.count { $0.hasPrefix("digest") } == 4)
    #expect(short.count { $0.hasPrefix("event: ") } == 32)
  }

  /// A VM that has a frame or a page table fewer is noticed.
  @Test func aSmallDifferenceIsSeen() {
    func digest(frameCount: UInt32, tableCount: UInt32) -> Digest {
      var script = Script(
        seed: 5, delivery: .message, frameCount: frameCount, tableCount: tableCount)
      var digest = Digest()
      for answer in script.begin() { digest.add(answer) }
      for _ in 0..<2_000 {
        for answer in script.step() { digest.add(answer) }
      }
      return digest
    }
    let usual = digest(frameCount: 150, tableCount: 28)
    #expect(usual == digest(frameCount: 150, tableCount: 28))
    #expect(usual != digest(frameCount: 149, tableCount: 28))
    #expect(usual != digest(frameCount: 150, tableCount: 27))
  }

  /// Each bit of an answer has its part in the digest and in the line.
  @Test func everyBitIsSeen() {
    var script = Script(seed: 3, delivery: .message)
    for answer in script.begin() + script.step() {
      for word in answer.words.indices {
        for bit in 0..<32 {
          var words = answer.words
          words[word] ^= 1 << UInt32(bit)
          let other = Answer(answer.kind, words)
          #expect(other.bytes != answer.bytes)
          #expect(Digest(of: other) != Digest(of: answer))
        }
      }
    }
  }

  private static func lines(
    seed: UInt32, _ delivery: FaultDelivery = .message, isComplete: Bool = true
  ) -> [String] {
    var lines: [String] = []
    Playback(seed: seed, stepCount: 200, delivery: delivery, isComplete: isComplete).lines {
      lines.append($0)
    }
    return lines
  }
}

extension Digest {
  fileprivate init(of answer: Answer) {
    self.init()
    add(answer)
  }
}
