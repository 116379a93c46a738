import FlightRecorder
import KVM
import Report
import Session
import SystemPackage
import Trace

/// The observation of one run: what `--trace` and `--report` ask for.
///
/// All that is written while the run goes on is a `.fltrace`; what was asked for besides is made of it
/// afterwards. If the run's own trace is not wanted it is a file without a name, of which nothing is
/// left however the run ends.
final class TraceRun {
  /// Where the trace can be read again.
  private let trace: String
  /// What messages call it.
  private let name: String
  private let file: FileDescriptor
  /// What to make of it at the end, and where.
  private let conversions: [(kind: TraceOutput, path: String)]
  private let fault: Int?
  private var writer: TraceWriter?

  /// Opens the files, so that a wrong name costs nothing; nil if nothing was asked for.
  init?(_ options: RunCommand) throws {
    let paths = [options.trace, options.report].compactMap { $0 }
    guard !paths.isEmpty else { return nil }
    var conversions: [(kind: TraceOutput, path: String)] = []
    var own: String?
    for path in paths {
      guard let kind = TraceOutput(path: path) else { continue }
      if kind == .fltrace { own = path } else { conversions.append((kind, path)) }
    }
    for conversion in conversions { _ = try OutputFile(conversion.path) }
    self.conversions = conversions
    fault = options.traceFault
    guard let own else {
      let folder = EnvironmentVariable.value("TMPDIR") ?? "/tmp"
      file = try HostFile.unnamed(in: folder)
      trace = "/proc/self/fd/\(file.rawValue)"
      name = "the trace in \(folder) of which the rest is made (set TMPDIR)"
      return
    }
    (trace, name) = (own, own)
    file = try StreamFile.open(own, truncated: true)
  }

  deinit { try? file.close() }

  /// Begins to write what a recorder records.
  func watch(_ recorder: FlightRecorder) {
    writer = TraceWriter(file, path: name, recorder: recorder)
  }

  /// Writes what is known of the run when its programs are loaded.
  func begin(_ info: TraceInfo, images: [(path: String, bytes: [UInt8])]) {
    writer?.begin(info, images: images)
  }

  /// Writes the rest, and makes of it what was asked for.
  func finish(
    _ result: RunResult, exitCode: Int32, summary: String, images: [(path: String, bytes: [UInt8])]
  ) throws {
    for image in images { writer?.add(image.path, image.bytes) }
    try writer?.finish(exitCode: exitCode, lines: result.endLines, summary: summary)
    guard !conversions.isEmpty else { return }
    // What was to be interrupted is over: from here on Ctrl-C ends the command as it ends any other.
    try Interruption.unwatch()
    let file = try TraceFile(trace)
    for (kind, path) in conversions {
      guard try TraceText(file, fault: fault).write(kind, to: path) else {
        StandardError.say("faultline: there was no such page fault; \(path) is left as it was")
        continue
      }
    }
  }
}

/// A trace as text in a file, or on standard output.
struct TraceText {
  private let trace: TraceFile
  private let fault: Int?

  init(_ trace: TraceFile, fault: Int?) { (self.trace, self.fault) = (trace, fault) }

  /// - Parameter path: nil for standard output.
  /// - Returns: false if there is no such fault; nothing was written then.
  func write(_ kind: TraceOutput, to path: String?) throws -> Bool {
    let file = try StreamFile(path)
    var conversion = TraceConversion(trace) { try file.add($0) }
    conversion.fault = fault
    let progress = Progress(of: path ?? "standard output")
    conversion.progress = { progress.show($0) }
    defer { progress.end() }
    return try conversion.run(kind)
  }
}

/// A file that is written piece by piece. What it held goes with the first one.
final class StreamFile {
  private let path: String?
  private let descriptor: FileDescriptor
  private var isUntouched = true
  private var isNew = false

  /// - Parameter path: nil for standard output.
  init(_ path: String?) throws {
    self.path = path
    guard let path else {
      descriptor = .standardOutput
      return
    }
    isNew = !HostFile.exists(path)
    descriptor = try Self.open(path, truncated: false)
  }

  /// Opens a file for writing; what is wrong with it takes one line.
  static func open(_ path: String, truncated: Bool) throws -> FileDescriptor {
    do {
      return try .open(
        FilePath(path), .writeOnly,
        options: truncated ? [.create, .truncate, .closeOnExec] : [.create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch let error as Errno {
      throw Failure("can't write \(path): \(error.description); name another file", exitCode: 73)
    }
  }

  deinit {
    guard let path else { return }
    try? descriptor.close()
    if isUntouched, isNew { HostFile.remove(path) }
  }

  func add(_ text: String) throws {
    do {
      if isUntouched, path != nil { try? descriptor.resize(to: 0) }
      isUntouched = false
      try descriptor.writeAll(text.utf8)
    } catch let error as Errno {
      throw Failure(
        "can't write \(path ?? "standard output"): \(error.description)", exitCode: 73)
    }
  }
}

/// How far a long conversion has come, on a terminal.
final class Progress {
  private let name: String
  private let isShown = Terminal.isThere(2)
  private var shown = -1

  init(of name: String) { self.name = name }

  func show(_ share: Double) {
    let percent = Int(share * 100)
    guard isShown, percent != shown else { return }
    shown = percent
    _ = try? FileDescriptor.standardError.writeAll("\r\(name): \(percent) %".utf8)
  }

  func end() {
    guard shown >= 0 else { return }
    _ = try? FileDescriptor.standardError.writeAll("\r\u{1B}[K".utf8)
  }
}
