import Foundation
import GuestImage
import Testing

/// Opening and reading, and what is said when that fails.
@Suite struct InputFileTests {
  private func error(opening path: String) -> ImageError? {
    do throws(ImageError) {
      _ = try InputFile(opening: path)
      return nil
    } catch {
      return error
    }
  }

  @Test func aMissingFile() {
    for path in ["/no/such/file", "/dev/null/file", "", "a\0b"] {
      let error = error(opening: path)
      #expect(error?.kind == .notFound)
      #expect(error?.exitCode == 66)
    }
    #expect(
      error(opening: "/no/such/file")?.description
        == "/no/such/file: no such file or directory; check the name")
  }

  @Test func aFolder() throws {
    let scratch = try Scratch()
    let error = error(opening: scratch.path)
    #expect(error?.kind == .directory)
    #expect(error?.exitCode == 65)
    #expect(
      error?.description == "\(scratch.path): is a folder; name a file in it")
  }

  @Test func aDeviceAndAPipe() throws {
    #expect(error(opening: "/dev/null")?.kind == .notRegularFile)
    let scratch = try Scratch()
    let pipe = scratch.path + "/pipe"
    #expect(try scratch.run(["mkfifo", pipe]).status == 0)
    #expect(error(opening: pipe)?.kind == .notRegularFile, "and without waiting for a writer")
  }

  @Test func permissionDenied() throws {
    let scratch = try Scratch()
    let path = try scratch.write("secret", [1])
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    // Root may read everything; then there is nothing to see here.
    guard FileManager.default.isReadableFile(atPath: path) == false else { return }
    #expect(
      error(opening: path)?.description
        == "\(path): permission denied; give yourself read permission")
    #expect(error(opening: path)?.exitCode == 66)
  }

  @Test func contentsAndLimit() throws {
    let scratch = try Scratch()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let path = try scratch.write("bytes", bytes)
    let contents = try InputFile(opening: path).contents(limit: bytes.count)
    #expect(contents == FileContents(path: path, bytes: bytes))

    let error = #expect(throws: ImageError.self) {
      try InputFile(opening: path).contents(limit: bytes.count - 1)
    }
    #expect(error?.kind == .tooLarge)
    #expect(error?.description == "\(path): is larger than 99999 bytes; give a smaller file")
    #expect(error?.exitCode == 65)
  }

  @Test func aSparseGiantIsNotRead() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/giant"
    #expect(try scratch.run(["truncate", "-s", "2G", path]).status == 0)
    let error = #expect(throws: ImageError.self) { try ProgramImage.load(path) }
    #expect(error?.kind == .tooLarge)
  }

  @Test func programsAndManifestsAreToldApart() throws {
    let scratch = try Scratch()
    let program = try scratch.write("program", ELFBuilder.good.build())
    #expect(try InputFile(opening: program).contents().beginsAsELF)
    #expect(try ProgramImage.load(program).entry == 0x0804_8000)
    let manifest = try scratch.write("demo.yaml", Array("programs: [{file: x}]".utf8))
    #expect(try !InputFile(opening: manifest).contents().beginsAsELF)
  }

  @Test func exitCodes() {
    for kind in ImageError.Kind.allCases {
      let code = ImageError(kind: kind, path: "p", detail: "d").exitCode
      switch kind {
      case .notFound, .permissionDenied: #expect(code == 66)
      case .hostRefused: #expect(code == 71)
      default: #expect(code == 65)
      }
    }
  }
}
