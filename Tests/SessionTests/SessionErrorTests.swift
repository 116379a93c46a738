import I386
import MinixABI
import Testing

@testable import Session

/// Runs that can't begin, and what is said of them.
@Suite struct SessionErrorTests {
  private let run = Run()

  private func error(
    memory: UInt32 = 16 << 20, _ configure: (inout RunConfiguration) -> Void
  ) throws -> SessionError? {
    do {
      _ = try run([[]], [], memory: memory, configure: configure)
      return nil
    } catch let error as SessionError {
      return error
    }
  }

  @Test func memoryTooSmall() throws {
    let error = try #require(
      try error(memory: 1 << 20) { configuration in
        configuration.programs = Array(repeating: configuration.programs[0], count: 100)
      })
    guard case .memoryTooSmall("tiny0", 0x10_0000) = error else {
      Issue.record("\(error)")
      return
    }
    #expect("\(error)".contains("1024 KiB"))
    #expect("\(error)".contains("--memory"))
  }

  /// What is enough for the pages that the files fill is not enough for all.
  @Test(arguments: [FaultPolicy.exact, .eager]) func tooEagerly(_ policy: FaultPolicy) throws {
    let error = try error(memory: 1 << 20) { configuration in
      configuration.programs = Array(repeating: configuration.programs[0], count: 60)
      configuration.policy = policy
    }
    if policy == .exact { return #expect(error == nil, "\(String(describing: error))") }
    guard case .memoryTooSmall("tiny0", 0x10_0000) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(
    arguments: [(true, 256, "privilege structure"), (false, 20, "process slot")]
      as [(Bool, Int32, String)])
  func tooManyOfAKind(_ isSystem: Bool, _ capacity: Int32, _ what: String) throws {
    let error = try error { configuration in
      configuration.processCapacity = capacity
      configuration.programs[0].isSystem = isSystem
      configuration.programs = Array(repeating: configuration.programs[0], count: 18)
    }
    guard case .tooManyPrograms("tiny0", what) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func argumentsTooLong() throws {
    let error = try error {
      $0.programs[0].arguments = [String(repeating: "a", count: 70_000)]
    }
    guard case .argumentsTooLong("tiny0") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// INIT is no program's place: it is everybody's parent.
  @Test func initStays() throws {
    let error = try error { $0.programs[0].server = .initProcess }
    guard case .serverUnavailable("tiny0", "INIT") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
