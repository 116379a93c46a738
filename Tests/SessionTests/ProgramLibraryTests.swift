import GuestImage
import MinixABI
import Servers
import Testing

@testable import Session

/// What EXEC finds: the run's programs by name or path, the shipped ones by name, and nothing else.
@Suite struct ProgramLibraryTests {
  /// Programs "tiny" and "other" from the file "tiny"; the name "shell" stands for the program that runs
  /// this test, "no-program" for a file that is none, "lost" for one that isn't there.
  private func library() throws -> ProgramLibrary {
    var configuration = RunConfiguration()
    let image = try TinyProgram().image()
    configuration.programs = ["other", "first"].map { .init(name: $0, image: image, arguments: []) }
    configuration.shippedProgram = { name in
      switch name {
      case "shell": "/proc/self/exe"
      case "no-program": "/proc/self/status"
      case "folder": "/"
      case "lost": "/nowhere/at-all"
      default: nil
      }
    }
    return ProgramLibrary(configuration)
  }

  @Test(
    arguments: [
      ("other", nil), ("first", nil), ("tiny", nil), ("Tiny", .enoent), ("/tiny", .enoent),
      ("/proc/self/exe", .enoent), ("/etc/passwd", .enoent), ("", .enoent), ("lost", .enoent),
      ("shell", .enoexec), ("no-program", .enoexec), ("folder", .enoexec),
    ] as [(String, ResultCode?)])
  func names(_ path: String, _ error: ResultCode?) throws {
    switch try library().program(at: path) {
    case .success: #expect(error == nil)
    case .failure(let code): #expect(code == error)
    }
  }

  /// Page by page what the first loading would put there.
  @Test func whatIsLoaded() throws {
    let program = try library().program(at: "tiny").get()
    #expect(program.entry == TinyProgram.text)
    #expect(
      program.regions == [
        .init(start: TinyProgram.text, byteCount: 0x1000, isWritable: false),
        .init(start: TinyProgram.data, byteCount: 0x4000, isWritable: true),
      ])
    #expect(program.parts.map(\.address) == [TinyProgram.text, TinyProgram.data])
    #expect(program.parts.map(\.bytes.count) == [16, 4096])
    #expect(program.parts.first?.bytes.first == 0x90)
  }
}
