import MinixABI
import VMScript

/// What VM did in a script, counted.
struct Tally {
  var kinds: [Answer.Kind: Int] = [:]
  /// Kernel calls, by type.
  var calls: [Int32: Int] = [:]
  /// VMCTL, by parameter.
  var controls: [Int32: Int] = [:]
  /// Replies, by result.
  var replies: [Int32: Int] = [:]
  /// Answers to memory requests, by result.
  var grants: [Int32: Int] = [:]
  /// Faults of those who lived to the end, by what became of them.
  var zeroFill: UInt32 = 0
  var protection: UInt32 = 0
  var segv: UInt32 = 0
  var outOfMemory: UInt32 = 0

  init(seed: UInt32, stepCount: Int, delivery: FaultDelivery) {
    var script = Script(seed: seed, delivery: delivery)
    for answer in script.begin() { count(answer) }
    for _ in 0..<stepCount {
      for answer in script.step() { count(answer) }
    }
    // The first result is that of memory; then one for each slot.
    for answer in script.close().dropFirst() {
      zeroFill += answer.words[1]
      protection += answer.words[3]
      segv += answer.words[4]
      outOfMemory += answer.words[5]
    }
  }

  private mutating func count(_ answer: Answer) {
    kinds[answer.kind, default: 0] += 1
    switch answer.kind {
    case .kernelCall: countCall(answer.words)
    case .reply:
      replies[Int32(bitPattern: answer.words[2]), default: 0] += 1
    case .place, .entry, .clearTable, .clearDirectory, .result, .notify: break
    }
  }

  private mutating func countCall(_ words: [UInt32]) {
    let type = Int32(bitPattern: words[1])
    calls[type, default: 0] += 1
    guard type == KernelCallNumber.vmControl.messageType else { return }
    let parameter = Int32(bitPattern: words[3])
    controls[parameter, default: 0] += 1
    if parameter == VMControl.memoryRequestReply.rawValue {
      grants[Int32(bitPattern: words[4]), default: 0] += 1
    }
  }
}
