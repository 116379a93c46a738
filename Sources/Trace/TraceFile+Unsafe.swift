public import FlightRecorder
import Foundation
import SystemPackage

/// A trace that was written: its events are read block by block, however many there are.
public struct TraceFile: Sendable {
  public let path: String
  public let info: TraceInfo
  /// nil where the run, or the copying of the file, was broken off.
  public let end: TraceEnd?
  /// The programs' files, by path.
  public let images: [String: [UInt8]]
  /// How many events there are.
  public let eventCount: UInt64
  /// What is wrong with its end, if anything is; what comes before can be read.
  public let damage: TraceError?
  /// How cycles become nanoseconds.
  public let clock: TraceClock

  private let file: OpenFile
  private let blocks: [Block]

  private struct Block: Sendable {
    var offset: Int64
    var count: Int
  }

  /// Closes the file when the last copy of the trace is gone.
  private final class OpenFile: Sendable {
    let descriptor: FileDescriptor

    init(_ path: String) throws { descriptor = try .open(FilePath(path), .readOnly) }

    deinit { try? descriptor.close() }
  }

  /// Opens a trace and reads everything but its events.
  public init(_ path: String) throws(TraceError) {
    self.path = path
    do { file = try OpenFile(path) } catch {
      throw TraceError(.unreadable, "can't read \(path): \(error)")
    }
    var scan = Scan(file.descriptor, path)
    try scan.readAll()
    guard let info = scan.info else {
      throw scan.damage ?? TraceError(.damaged, "\(path) ends before it says what it is of")
    }
    self.info = info
    end = scan.end
    images = scan.images
    blocks = scan.blocks
    damage = scan.damage
    eventCount = blocks.reduce(0) { $0 + UInt64($1.count) }
    clock = TraceClock(scan.stamps)
  }

  /// Calls `body` for each event, in order.
  ///
  /// - Throws: what `body` throws; or that the file can't be read any more.
  public func forEach(_ body: (Event) throws -> Void) throws {
    for block in blocks {
      var events = [Event](repeating: Event(), count: block.count)
      let count = try unsafe events.withUnsafeMutableBytes { bytes in
        try unsafe file.descriptor.readFully(bytes, at: block.offset)
      }
      guard count == block.count * Event.byteCount else {
        throw TraceError(.damaged, "\(path) has become shorter")
      }
      for event in events { try body(event) }
    }
  }

  /// One pass over the chunks' heads.
  private struct Scan {
    let descriptor: FileDescriptor
    let path: String
    var info: TraceInfo?
    var end: TraceEnd?
    var images: [String: [UInt8]] = [:]
    var blocks: [Block] = []
    var stamps: [TraceClock.Stamp] = []
    var damage: TraceError?
    private var position: Int64 = 0

    init(_ descriptor: FileDescriptor, _ path: String) {
      self.descriptor = descriptor
      self.path = path
    }

    mutating func readAll() throws(TraceError) {
      guard let magic = bytes(8), magic == TraceFormat.magic else {
        throw TraceError(.alien, "\(path) is no trace that this version of faultline reads")
      }
      while end == nil, damage == nil {
        guard let head = bytes(8) else {
          damage = TraceError(.damaged, "\(path) ends in the middle")
          break
        }
        let kind = TraceFormat.Chunk(rawValue: word(head, 0))
        let count = Int(word(head, 4))
        guard let kind, count <= TraceFormat.maximumChunkByteCount else {
          damage = TraceError(.damaged, "\(path) is damaged \(position - 8) bytes from its start")
          break
        }
        take(kind, count)
      }
    }

    private mutating func take(_ kind: TraceFormat.Chunk, _ count: Int) {
      if kind == .events { return takeEvents(count) }
      guard let payload = bytes(count) else {
        damage = TraceError(.damaged, "\(path) ends in the middle")
        return
      }
      let decoder = JSONDecoder()
      switch kind {
      case .info: info = try? decoder.decode(TraceInfo.self, from: Data(payload))
      case .end: end = try? decoder.decode(TraceEnd.self, from: Data(payload))
      case .image:
        let length = payload.count >= 4 ? Int(word(payload, 0)) : .max
        guard length <= payload.count - 4 else { break }
        images[String(decoding: payload[4..<4 + length], as: UTF8.self)] =
          Array(payload[(4 + length)...])
      case .events: break
      }
      if kind == .end, end == nil { damage = TraceError(.damaged, "\(path) has a damaged end") }
    }

    /// Of a block that is cut off, the events that are whole can be read.
    private mutating func takeEvents(_ count: Int) {
      guard count >= TraceFormat.stampByteCount, let stamp = bytes(TraceFormat.stampByteCount)
      else {
        damage = TraceError(.damaged, "\(path) ends in the middle")
        return
      }
      stamps.append(
        TraceClock.Stamp(cycles: longWord(stamp, 0), nanoseconds: longWord(stamp, 8)))
      let size = (try? descriptor.seek(offset: 0, from: .end)) ?? 0
      let expected = count - TraceFormat.stampByteCount
      let there = Int(min(Int64(expected), max(0, size - position)))
      blocks.append(Block(offset: position, count: there / Event.byteCount))
      position += Int64(there)
      if there < expected { damage = TraceError(.damaged, "\(path) ends in the middle") }
    }

    private mutating func bytes(_ count: Int) -> [UInt8]? {
      var bytes = [UInt8](repeating: 0, count: count)
      let read = unsafe bytes.withUnsafeMutableBytes {
        (try? unsafe descriptor.readFully($0, at: position)) ?? 0
      }
      position += Int64(read)
      return read == count ? bytes : nil
    }

    private func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }

    private func longWord(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
      UInt64(word(bytes, offset)) | UInt64(word(bytes, offset + 4)) << 32
    }
  }
}

extension FileDescriptor {
  /// Fills a buffer as far as the file goes.
  fileprivate func readFully(
    _ buffer: UnsafeMutableRawBufferPointer, at offset: Int64
  ) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = try unsafe read(fromAbsoluteOffset: offset + Int64(filled), into: part)
      if count == 0 { break }
      filled += count
    }
    return filled
  }
}
