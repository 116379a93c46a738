import Foundation
import TestSupport
import Testing

@testable import Lab

@Suite("Files that come back")
struct FileReceiverTests {
  private static func frame(_ kind: FileMessage, _ fill: (inout WireEncoder) -> Void) -> Frame {
    var encoder = WireEncoder()
    fill(&encoder)
    return Frame(kind: kind.rawValue, payload: encoder.bytes)
  }

  private static func file(_ path: String, mode: UInt32, _ bytes: [UInt8], size: Int64) -> [Frame] {
    [
      frame(.begin) {
        $0.put(path)
        $0.put(mode)
      },
      frame(.data) {
        $0.put(Int64(2))
        $0.bytes += bytes
      },
      frame(.end) { $0.put(size) },
    ]
  }

  @Test("files and folders, with holes, modes and replacement; nothing else is left behind")
  func files() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", Data("old contents".utf8))
    let receiver = FileReceiver(owner: .own)
    let frames =
      Self.file("\(folder.path)/old", mode: 0o640, [0x61], size: 5)
      + [
        Self.frame(.directory) {
          $0.put("\(folder.path)/d")
          $0.put(0o750 as UInt32)
        }
      ] + Self.file("\(folder.path)/d/new", mode: 0o600, [0x62], size: 3)
    for frame in frames { #expect(!receiver.take(frame)) }
    #expect(receiver.take(Self.frame(.done) { _ in }))

    #expect(receiver.failure == nil)
    #expect(try folder.read("old") == Data([0, 0, 0x61, 0, 0]))
    #expect(try folder.read("d/new") == Data([0, 0, 0x62]))
    #expect(folder.names == ["d", "old"])
    #expect(try folder.owner(of: "old").mode == 0o640)
    #expect(try folder.owner(of: "d").mode == 0o750)
  }

  @Test("devices, folders and links in the way are left alone")
  func notRegular() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link", withDestinationPath: "elsewhere")
    let receiver = FileReceiver(owner: .own)
    for path in ["/dev/null", folder.path, "\(folder.path)/link"] {
      for frame in Self.file(path, mode: 0o600, [1], size: 3) { _ = receiver.take(frame) }
    }
    #expect(receiver.failure == nil)
    #expect(folder.names == ["link"])
  }

  @Test("the first failure is kept, and the files after it are written")
  func failures() throws {
    let folder = try TemporaryFolder()
    let receiver = FileReceiver(owner: .own)
    let frames =
      Self.file("\(folder.path)/gone/a", mode: 0o600, [1], size: 3)
      + Self.file("\(folder.path)/b", mode: 0o600, [1], size: 3)
    for frame in frames { _ = receiver.take(frame) }
    #expect(
      receiver.failure
        == .cannotReturn(path: "\(folder.path)/gone/a", reason: "No such file or directory"))
    #expect(folder.names == ["b"])
  }
}
