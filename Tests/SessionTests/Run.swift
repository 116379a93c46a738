import GuestImage
import I386
import Kernel
import Machine
import MinixABI
import Servers
import Testing

@testable import Session

/// A run of tiny programs whose traps are read from a list.
final class Run: ProgramOutput {
  private(set) var bytes: [UInt8] = []
  /// The number of a signal that asks the run to end; polled at every tick.
  var interruption: () -> Int32? = { nil }

  func write(_ bytes: ArraySlice<UInt8>, to stream: ProgramStream) -> Bool {
    self.bytes += bytes
    return true
  }

  /// - Parameters:
  ///   - programs: each one's messages; they are called tiny0, tiny1, ….
  ///   - traps: what ring 3 does, whoever runs.
  func callAsFunction(
    _ programs: [[Message]], _ traps: [FramedTrap], memory: UInt32 = 16 << 20,
    configure: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> RunResult {
    var configuration = RunConfiguration()
    configuration.memoryByteCount = memory
    for (index, messages) in programs.enumerated() {
      let image = try TinyProgram(messages: messages).image()
      let name = "tiny\(index)"
      configuration.programs.append(.init(name: name, image: image, arguments: [name, "x"]))
    }
    configure(&configuration)
    let tables = PageTables(memory: try GuestMemory(ramByteCount: memory))
    var session = try Session(
      configuration, tables: tables, processor: ScriptedProcessor(traps), output: self,
      interruption: interruption)
    return session.run()
  }
}
