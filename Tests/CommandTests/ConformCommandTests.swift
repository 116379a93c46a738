import Foundation
import TestSupport
import Testing

/// `faultline conform` where nothing is run.
@Suite struct ConformCommandTests {
  @Test(
    arguments: [
      ["--shard", "4/4"], ["--shard", "1"], ["--filter", "nothing"],
      ["--filter", "matrix:cpl=2"], ["--format", "xml"], ["--seed", "-1"], ["merge"],
    ])
  func wrongUsage(words: [String]) throws {
    let result = try FaultlineProcess(["conform"] + words).finish()
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1, "\(result.errors)")
  }

  /// Who asks for this machine's KVM gets it, or one line that says why not.
  @Test func explicitKVMSaysWhyNot() throws {
    let result = try FaultlineProcess(
      ["conform", "--engine", "kvm", "--filter", "matrix:0x00000000"]
    ).finish()
    if result.status != 0 {
      #expect(result.status == 69)
      #expect(result.output.isEmpty)
      #expect(result.errorLines.count == 1, "\(result.errors)")
      #expect(result.errors.hasPrefix("faultline: "))
    }
  }

  /// The image is a disk of one cylinder with a boot sector, and a multiboot kernel.
  @Test func theImageBootsInTwoWays() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/conform.img"
    let result = try FaultlineProcess(["conform", "--image", path]).finish()
    #expect(result.status == 0, "\(result.errors)")
    let image = try [UInt8](folder.read("conform.img"))
    #expect(image.count == 16 * 63 * 512)
    #expect(image[510...511] == [0x55, 0xAA])
    #expect(image[512..<516] == [0x02, 0xB0, 0xAD, 0x1B])
    #expect(image[506...507] == image[508...509])
  }

  @Test func theListSaysWhatWouldRun() throws {
    let result = try FaultlineProcess(
      ["conform", "--list", "--filter", "matrix:0x000850e3"]
    ).finish()
    #expect(
      result.text
        == "matrix:0x000850e3  supervisor read through PDE P PS bit 21, PTE P W PAT G; CR4.PSE\n")
    #expect(result.status == 0)
  }

  @Test func whatAMachineSaid() throws {
    let folder = try TemporaryFolder()
    let words = "#! 1 f 28 0\r\n#! 4 0 200 0\r\nok 1 - matrix\r\n#! 5\r\n"
    let file = try folder.write("said.txt", words)
    let good = try FaultlineProcess(["conform", "read", "--name", "Bochs", file]).finish()
    #expect(good.status == 0, "\(good.errors)")
    #expect(good.text.contains("engine: Bochs, PSE PGE SMEP SMAP with 40-bit"))

    let half = try folder.write("half.txt", "#! 1 f 28 0\n#! 4 0 200 0\n")
    let bad = try FaultlineProcess(["conform", "read", half]).finish()
    #expect(bad.status == 65)
    #expect(bad.errors.hasSuffix("did not come to its end; boot it again\n"))
  }
}
