import TestSupport
import Testing

@testable import Lab

/// What errors tell a person to run.
@Suite struct PreparationTests {
  @Test func inACheckoutItIsMake() throws {
    let folder = try TemporaryFolder()
    #expect(Preparation.command(for: "\(folder.path)/debug/faultline") == "make tools")
    #expect(Preparation.command(for: nil) == "make tools")
  }

  @Test func anInstalledCopyHasAScript() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("lib/faultline")
    let script = try folder.write("lib/faultline/tools", "")
    #expect(Preparation.command(for: "\(folder.path)/bin/faultline") == script)
  }
}
