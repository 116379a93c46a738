public import FlightRecorder
public import SystemPackage

/// Writes a trace of chosen events of another one.
public final class TraceCopy {
  private let source: TraceFile
  private let writer: TraceWriter
  private let recorder = FlightRecorder(capacity: 64)

  /// - Parameters:
  ///   - source: whose programs and clock are copied.
  ///   - file: open for writing, and empty.
  ///   - path: its name, for messages.
  public init(_ source: TraceFile, to file: FileDescriptor, path: String) {
    self.source = source
    writer = TraceWriter(file, path: path, recorder: recorder, clock: source.clock)
    writer.begin(source.info, images: source.images.map { ($0.key, $0.value) })
  }

  /// Adds events that follow one another.
  public func add(_ events: some Sequence<Event>) {
    for event in events { recorder.record(event) }
  }

  /// Writes the rest.
  public func finish() throws(TraceError) {
    try writer.finish(
      exitCode: source.end?.exitCode ?? 0, lines: source.end?.lines ?? [],
      summary: source.end?.summary ?? "")
  }
}
