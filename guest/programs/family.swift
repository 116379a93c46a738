// Processes in Embedded Swift: children that count words of their own, one that
// becomes another program, one that is killed; and how each has ended.

/// The program: `family [CHILDREN]`.
@main
struct Family {
  static func main() {
    let arguments = Program.arguments
    guard arguments.count <= 2, let children = arguments.count == 2 ? Int(arguments[1]) : 4,
      (1...100).contains(children)
    else { Program.usage("family [CHILDREN]   (4; at most 100)") }
    do {
      try raise(children)
      try becomeAnother()
      try killOne()
    } catch {
      Program.fail("error \(error.number)")
    }
  }

  /// Each child sums up numbers in memory that is its own, and ends with a part of the result.
  private static func raise(_ count: Int) throws(MINIXError) {
    var numbers: [Int32] = (1...1000).map { $0 }
    var expected: [Int32: Int32] = [:]
    for child in 1...Int32(count) {
      guard let pid = try Process.fork() else {
        for index in numbers.indices { numbers[index] &*= child }
        exit(numbers.reduce(0, &+) / child / 5005)
      }
      expected[pid] = 100
    }
    for _ in 0..<count {
      let ended = try Process.wait()
      guard let status = expected.removeValue(forKey: ended.pid), ended.end == .exit(status)
      else { Program.fail("process \(ended.pid) has ended otherwise") }
    }
    guard expected.isEmpty, numbers.reduce(0, &+) == 500_500 else {
      Program.fail("a child has changed its parent's memory")
    }
    print("\(count) children, each with numbers of its own")
  }

  private static func becomeAnother() throws(MINIXError) {
    flush()
    guard let pid = try Process.fork() else {
      try Process.become("hello", ["hello", "from", "the", "family"])
    }
    guard try Process.wait(for: pid).end == .exit(0) else { Program.fail("hello has failed") }
  }

  private static func killOne() throws(MINIXError) {
    guard let pid = try Process.fork() else {
      while true { pause() }
    }
    kill(pid, SIGTERM)
    guard try Process.wait(for: pid).end == .signal(SIGTERM) else {
      Program.fail("it was not SIGTERM")
    }
    print("one was killed by signal \(SIGTERM)")
  }
}
