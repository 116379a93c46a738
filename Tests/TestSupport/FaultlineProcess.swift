public import Foundation

/// The `faultline` that was built beside these tests, run with pipes for its streams.
public final class FaultlineProcess {
  public struct Result {
    /// The exit status, or 128+n where signal n ended the process.
    public var status: Int32
    public var output: Data
    public var errors: String

    /// Standard output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard error's lines.
    public var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  }

  /// Where it was built.
  public static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "faultline").path

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let errors = Pipe()
  private var early = Data()
  private let watchdog = DispatchSource.makeTimerSource(queue: .global())

  /// Starts it.
  ///
  /// - Parameters:
  ///   - arguments: what follows the program's name.
  ///   - folder: the working directory; nil for this process's.
  ///   - environment: what to change in this process's environment; nil takes a variable out.
  ///   - launcher: a command before it, such as `setpriv` with its options.
  ///   - program: another copy of it.
  ///   - seconds: after how long it is killed.
  public init(
    _ arguments: [String], in folder: String? = nil, environment: [String: String?] = [:],
    by launcher: [String] = [], program: String = FaultlineProcess.path, seconds: Int = 600
  ) throws {
    let words = launcher + [program] + arguments
    process.executableURL = URL(filePath: words[0])
    process.arguments = Array(words.dropFirst())
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    // Machines that test are busy.
    var variables = ProcessInfo.processInfo.environment
    variables["FAULTLINE_LAB_BOOT_TIMEOUT"] = "240"
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // A run that hangs must fail its test, not stop all the others.
    let identifier = process.processIdentifier
    watchdog.schedule(deadline: .now() + .seconds(seconds))
    watchdog.setEventHandler { kill(identifier, SIGKILL) }
    watchdog.resume()
  }

  public var identifier: Int32 { process.processIdentifier }

  /// Writes to the program's standard input while it runs, and ends it.
  public func send(_ data: Data) {
    let handle = input.fileHandleForWriting
    DispatchQueue.global().async {
      try? handle.write(contentsOf: data)
      try? handle.close()
    }
  }

  public func waitForOutput() { early = output.fileHandleForReading.availableData }

  /// Sends SIGINT.
  public func interrupt() { process.interrupt() }

  /// Reads both streams to their ends and waits.
  public func finish() -> Result {
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
