import Foundation

/// The `faultline` that was built beside these tests, run with pipes for its streams.
final class Program {
  struct Result {
    var status: Int32
    var output: Data
    var errors: String
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let errors = Pipe()
  private var early = Data()
  private let watchdog = DispatchSource.makeTimerSource(queue: .global())

  init(
    _ arguments: [String], in folder: TemporaryFolder? = nil, environment: [String: String] = [:]
  ) throws {
    let here = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.executableURL = here.deletingLastPathComponent().appending(path: "faultline")
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(filePath: folder.path) }
    // Machines that test are busy.
    let standard = ["FAULTLINE_LAB_BOOT_TIMEOUT": "240"]
    process.environment = ProcessInfo.processInfo.environment
      .merging(standard) { $1 }.merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // A lab that hangs must fail its test, not stop all the others.
    let identifier = process.processIdentifier
    watchdog.schedule(deadline: .now() + .seconds(600))
    watchdog.setEventHandler { kill(identifier, SIGKILL) }
    watchdog.resume()
  }

  /// Writes to the program's standard input while it runs, and ends it.
  func send(_ data: Data) {
    let handle = input.fileHandleForWriting
    DispatchQueue.global().async {
      try? handle.write(contentsOf: data)
      try? handle.close()
    }
  }

  func waitForOutput() { early = output.fileHandleForReading.availableData }

  func interrupt() { process.interrupt() }

  /// Reads both streams to their ends and waits.
  func finish() -> Result {
    let group = DispatchGroup()
    let collected = Collected()
    let handle = errors.fileHandleForReading
    DispatchQueue.global().async(group: group) { collected.data = handle.readDataToEndOfFile() }
    let rest = output.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    watchdog.cancel()
    let status =
      process.terminationReason == .uncaughtSignal
      ? 128 + process.terminationStatus : process.terminationStatus
    return Result(
      status: status, output: early + rest, errors: String(decoding: collected.data, as: UTF8.self))
  }
}

/// What another thread has read; the group's `wait` orders the accesses.
private final class Collected: @unchecked Sendable {
  var data = Data()
}
