import CClock
import Dispatch
public import FlightRecorder
import Foundation
import Synchronization
public import SystemPackage

/// Writes everything that a recorder records into a file, from a thread of its own.
///
/// The recorder fills the blocks of one allocation in turn. A full one is handed over by a semaphore,
/// and comes back by another; where the file is slower than the run, the run waits for a block, once
/// in some two thousand events. Nothing is lost, and memory stays as it was at the start.
@safe
public final class TraceWriter: @unchecked Sendable {
  /// How many blocks there are, and how many events each one has room for.
  private static let blockCount = 64
  private static let blockCapacity = 2048

  private let file: FileDescriptor
  private let path: String
  private let recorder: FlightRecorder
  private let clock: TraceClock?
  /// Blocks that were written.
  private var blockNumber: UInt64 = 0
  private let storage: UnsafeMutableBufferPointer<Event>
  /// How full the blocks are that were handed over, the complement of it for the last one. Written
  /// before the semaphore, read behind it.
  private let counts: UnsafeMutableBufferPointer<Int>
  private let full = DispatchSemaphore(value: 0)
  private let free = DispatchSemaphore(value: TraceWriter.blockCount - 1)
  private let ended = DispatchSemaphore(value: 0)
  /// The block that the recorder fills; the run's thread alone knows it.
  private var current = 0
  private var eventCount: UInt64 = 0
  /// One chunk is written at a time; and what went wrong first.
  private let output = Mutex<TraceError?>(nil)

  /// Begins to write.
  ///
  /// - Parameters:
  ///   - file: open for writing, and empty; the caller closes it.
  ///   - path: its name, for messages.
  ///   - recorder: whose events.
  ///   - clock: how the events' cycles become nanoseconds, if they are not of this run.
  public init(
    _ file: FileDescriptor, path: String, recorder: FlightRecorder, clock: TraceClock? = nil
  ) {
    self.file = file
    self.clock = clock
    self.path = path
    self.recorder = recorder
    unsafe storage = .allocate(capacity: Self.blockCount * Self.blockCapacity)
    unsafe storage.initialize(repeating: Event())
    unsafe counts = .allocate(capacity: Self.blockCount)
    unsafe counts.initialize(repeating: 0)
    write(TraceFormat.magic)
    // A block without events has the time at the start.
    unsafe writeEvents(UnsafeMutableBufferPointer(rebasing: storage[..<0]))
    unsafe recorder.attach(first: block(0)) { [unowned self] filled in
      unsafe self.handOver(filled)
    }
    let thread = Thread { [self] in drain() }
    thread.name = "trace"
    thread.start()
  }

  deinit {
    unsafe storage.deallocate()
    unsafe counts.deallocate()
  }

  /// Writes what is known of the run, and its programs' files.
  public func begin(_ info: TraceInfo, images: [(path: String, bytes: [UInt8])]) {
    write(.info, json(info))
    for image in images { add(image.path, image.bytes) }
  }

  /// Writes a program's file.
  public func add(_ path: String, _ bytes: [UInt8]) {
    guard bytes.count <= TraceFormat.maximumImageByteCount else { return }
    let name = Array(path.utf8)
    write(.image, Self.bytes(of: UInt32(name.count)) + name + bytes)
  }

  /// Writes the rest, and waits until all is written. The recorder goes on by itself.
  ///
  /// - Throws: what went wrong first, if anything did. The run was not disturbed by it.
  public func finish(exitCode: Int32, lines: [String], summary: String) throws(TraceError) {
    let rest = unsafe recorder.detach()
    eventCount += UInt64(rest.count)
    unsafe counts[current] = ~rest.count
    full.signal()
    ended.wait()
    let end = TraceEnd(
      eventCount: eventCount, exitCode: exitCode, lines: lines, summary: summary)
    write(.end, json(end))
    if let error = output.withLock({ $0 }) { throw error }
  }

  // MARK: - The run's thread

  private func block(_ index: Int) -> UnsafeMutableBufferPointer<Event> {
    let start = index * Self.blockCapacity
    return unsafe UnsafeMutableBufferPointer(
      rebasing: storage[start..<start + Self.blockCapacity])
  }

  private func handOver(
    _ filled: UnsafeMutableBufferPointer<Event>
  ) -> UnsafeMutableBufferPointer<Event> {
    unsafe counts[current] = filled.count
    eventCount += UInt64(filled.count)
    full.signal()
    free.wait()
    current = (current + 1) % Self.blockCount
    return unsafe block(current)
  }

  // MARK: - The writer's thread

  /// Signals are the run's: the clock's, and Ctrl-C.
  private func drain() {
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
    var index = 0
    var isLast = false
    while !isLast {
      full.wait()
      let count = unsafe counts[index]
      isLast = count < 0
      unsafe writeEvents(
        UnsafeMutableBufferPointer(rebasing: block(index)[..<(isLast ? ~count : count)]))
      free.signal()
      index = (index + 1) % Self.blockCount
    }
    ended.signal()
  }

  private func writeEvents(_ events: UnsafeMutableBufferPointer<Event>) {
    let bytes = UnsafeRawBufferPointer(events)
    let stamp = stamp()
    unsafe write(.events, stamp, bytes)
  }

  /// Both clocks now; of copied events, two points of the line that they had.
  private func stamp() -> [UInt8] {
    defer { blockNumber += 1 }
    guard let clock else {
      return Self.bytes(of: cclock_cycles())
        + Self.bytes(of: DispatchTime.now().uptimeNanoseconds)
    }
    let cycles = blockNumber << 32
    return Self.bytes(of: cycles)
      + Self.bytes(of: UInt64(Double(cycles) * clock.nanosecondsPerCycle))
  }

  // MARK: - Chunks

  private func write(_ kind: TraceFormat.Chunk, _ payload: [UInt8]) {
    unsafe payload.withUnsafeBytes { unsafe write(kind, [], $0) }
  }

  private func write(
    _ kind: TraceFormat.Chunk, _ start: [UInt8], _ rest: UnsafeRawBufferPointer
  ) {
    let head = Self.bytes(of: kind.rawValue) + Self.bytes(of: UInt32(start.count + rest.count))
    output.withLock { error in
      guard error == nil else { return }
      do {
        try file.writeAll(head + start)
        _ = unsafe try file.writeAll(rest)
      } catch let errno {
        error = TraceError(.unwritable, "can't write \(path): \(errno)")
      }
    }
  }

  private func write(_ bytes: [UInt8]) {
    output.withLock { error in
      do { try file.writeAll(bytes) } catch let errno {
        error = TraceError(.unwritable, "can't write \(path): \(errno)")
      }
    }
  }

  private func json(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Text and numbers always encode.
    return (try? encoder.encode(value)).map(Array.init) ?? []
  }

  private static func bytes(of value: some FixedWidthInteger) -> [UInt8] {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe Array($0) }
  }
}
