import GuestImage
import Testing

/// The manifest's key `files`.
@Suite struct ManifestFilesTests {
  private func manifest(_ files: String) throws -> Manifest {
    let text = "programs: [{file: x}]\nfiles: " + files
    return try Manifest(FileContents(path: "a/demo.yaml", bytes: Array(text.utf8)))
  }

  @Test func inOrder() throws {
    let manifest = try manifest("{/etc/motd: motd, /data: ../b, /etc/x: /tmp/c}")
    #expect(manifest.files.map(\.path) == ["/etc/motd", "/data", "/etc/x"])
    #expect(manifest.files.map { manifest.resolve($0) } == ["a/motd", "a/../b", "/tmp/c"])
    #expect(manifest.files.map(\.position?.line) == [2, 2, 2])
  }

  @Test(
    arguments: [
      ("[a]", ":2:8: 'files' must be paths for programs with files of the host; this is a list"),
      ("{/a: [b]}", ":2:13: 'files' must be one value; this is a list"),
      ("{/a: ''}", ":2:13: 'files' has no value"),
      (
        "{a: b}", ":2:9: 'files': 'a' must be an absolute path without '.', '..' and empty names"
      ),
      (
        "{/a/../b: b}",
        ":2:9: 'files': '/a/../b' must be an absolute path without '.', '..' and empty names"
      ),
      (
        "{/a/: b}",
        ":2:9: 'files': '/a/' must be an absolute path without '.', '..' and empty names"
      ),
      ("{/a: b, /a: c}", ":2:9: the key '/a' is given more than once"),
      ("{/a/b: b, /a: c}", ":2:18: 'files': '/a' is a file and also a folder of another one"),
    ])
  func refused(_ files: String, _ message: String) {
    let error = #expect(throws: ManifestError.self) { try manifest(files) }
    #expect(error?.description == "a/demo.yaml" + message)
  }

  @Test(arguments: [(60, 64, true), (61, 1, false), (60, 65, false)])
  func limits(_ nameByteCount: Int, _ count: Int, _ isTaken: Bool) throws {
    let name = String(repeating: "x", count: nameByteCount - 2)
    let files = (10..<10 + count).map { "/\(name)\($0): b" }.joined(separator: ", ")
    #expect((try? manifest("{\(files)}"))?.files.count == (isTaken ? count : nil))
    let long = String(repeating: "/" + name, count: 5)
    #expect(throws: ManifestError.self) { try manifest("{\(long): b}") }
  }
}
