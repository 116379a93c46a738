import Servers
import SystemPackage

/// Programs' output while the live view has the terminal: what goes there is kept in a file without a
/// name, shown by its last lines, and written out when the terminal is free again. What goes elsewhere
/// goes there at once.
final class LiveOutput: ProgramOutput {
  private let streams: StandardStreams
  /// Whether descriptor 1 is a terminal; 2 is one, or there were no live view.
  private let holdsOutput: Bool
  private let held: FileDescriptor
  private var recent: [UInt8] = []

  /// - Parameters:
  ///   - streams: where it goes in the end.
  ///   - holdsOutput: whether descriptor 1 is a terminal.
  init(_ streams: StandardStreams, holdsOutput: Bool) throws {
    self.streams = streams
    self.holdsOutput = holdsOutput
    held = try HostFile.unnamed(in: EnvironmentVariable.value("TMPDIR") ?? "/tmp")
  }

  /// The last lines that were written, whatever to.
  var lastLines: [String] {
    recent.split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: $0, as: UTF8.self).withoutControls }.suffix(8)
  }

  func write(_ bytes: ArraySlice<UInt8>, to stream: ProgramStream) -> Bool {
    recent = Array((recent + bytes.suffix(2048)).suffix(2048))
    guard holdsOutput || stream == .error else { return streams.write(bytes, to: stream) }
    return (try? held.writeAll(bytes)) != nil
  }

  /// Writes out what was held. Both descriptors are the same terminal's, if both were held.
  func release() {
    _ = try? held.seek(offset: 0, from: .start)
    while let bytes = HostFile.read(held, upTo: 64 << 10), !bytes.isEmpty {
      _ = streams.write(bytes, to: holdsOutput ? .output : .error)
    }
    try? held.close()
  }
}

extension String {
  /// Without what would move a terminal's cursor.
  fileprivate var withoutControls: String {
    String(String.UnicodeScalarView(unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
  }
}
