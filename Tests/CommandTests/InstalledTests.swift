import Foundation
import TestSupport
import Testing

/// A copy of the program under a prefix, as `make install` lays it out.
@Suite struct InstalledTests {
  @Test func findsItsProgramsUnderItsPrefix() throws {
    let prefix = try TemporaryFolder()
    let program = "\(prefix.path)/bin/faultline"
    try prefix.makeFolder("bin")
    try prefix.makeFolder("lib/faultline")
    try FileManager.default.copyItem(atPath: FaultlineProcess.path, toPath: program)
    let built = URL(filePath: FaultlineProcess.path).deletingLastPathComponent()
    try FileManager.default.createSymbolicLink(
      atPath: "\(prefix.path)/lib/faultline/programs",
      withDestinationPath: built.appending(path: "faultline_GuestPrograms.resources").path)

    let result = try FaultlineProcess(["inspect", "demo"], in: "/", program: program).finish()
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text.contains("\(prefix.path)/lib/faultline/programs/demo.yaml"))
  }
}
