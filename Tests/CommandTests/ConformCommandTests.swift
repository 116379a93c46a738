import Foundation
import TestSupport
import Testing

/// `faultline conform` where nothing is run.
@Suite struct ConformCommandTests {
  @Test(
    arguments: [
      ["--shard", "4/4"], ["--shard", "1"], ["--filter", "nothing"],
      ["--shard", "5/4"], ["--shard", "0/0"], ["--shard", "-1/4"], ["--shard", "0/5000"],
      ["--filter", "matrix:cpl=2"], ["--format", "xml"], ["--seed", "-1"], ["merge"], ["read"],
      ["--list", "--image", "/dev/null"], ["--image", "/dev/null", "--vectors", "/dev/null"],
      ["--mutants", "--filter", "matrix"], ["--mutants", "--shard", "0/2"],
      ["--image", "/dev/null", "--filter", "host"], ["--vectors", "-", "--filter", "caching"],
      ["--vectors", "-", "--filter", "host"], ["--vectors", "-", "--mutants"],
    ])
  func wrongUsage(words: [String]) throws {
    let result = try FaultlineProcess(["conform"] + words).finish()
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1, "\(result.errors)")
  }

  /// A file that can't be written, or read, or is something else.
  @Test(
    arguments: [
      (["--image", "/nowhere/conform.img"], 73), (["--vectors", "/nowhere/vectors"], 73),
      (["--vectors", "/dev/full", "--filter", "matrix:0x00000000"], 73),
      (["--image", "/dev/full"], 73), (["merge", "/nowhere/0.json"], 66),
      (["merge", "/etc/passwd"], 65), (["read", "/nowhere/said.txt"], 66),
      (["read", "/etc/passwd"], 65),
    ] as [([String], Int32)])
  func filesThatWontDo(words: [String], status: Int32) throws {
    let result = try FaultlineProcess(["conform"] + words).finish()
    #expect(result.status == status)
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
    // The processor, then what was run: the matrix alone, shard 1 of 4, seed 11, no invalidations.
    let start = "#! 1 f 28 50434c46 1 0 1 0 0 1 4 b ffffffff 1"
    let words = "\(start)\r\n#! 4 0 200 0\r\nok 1 - matrix\r\n#! 5\r\n"
    let file = try folder.write("said.txt", words)
    let good = try FaultlineProcess(["conform", "read", "--name", "Bochs", file]).finish()
    #expect(good.status == 0, "\(good.errors)")
    #expect(good.text.contains("engine: Bochs, PSE PGE SMEP SMAP with 40-bit"))

    // Whose image it was comes from the payload itself, and goes into what repeats a case.
    let differs = try folder.write(
      "differs.txt", "\(start)\n#! 3 8 8 0 1 8 0 0 0 0 0 0 0 0\n#! 4 0 200 1\n#! 5\n")
    let report = try FaultlineProcess(["conform", "read", "--format", "json", differs]).finish()
    #expect(report.status == 1, "\(report.errors)")
    for part in [
      "\"filter\" : \"matrix\"", "\"seed\" : 11", "\"shard\" : 1", "\"shards\" : 4",
      "faultline conform --image case.img --seed 11 --mutants --filter matrix:0x00000008",
    ] {
      #expect(report.text.contains(part), "\(part) in \(report.text)")
    }

    let lost = try folder.write("lost.txt", "\(start)\n#! 5\n")
    let hole = try FaultlineProcess(["conform", "read", lost]).finish()
    #expect(hole.status == 65)
    #expect(hole.errors.hasSuffix(": of the group matrix nothing was said; boot it again\n"))

    let half = try folder.write("half.txt", "\(start)\n#! 4 0 200 0\n")
    let bad = try FaultlineProcess(["conform", "read", half]).finish()
    #expect(bad.status == 65)
    #expect(bad.errors.hasSuffix("did not come to its end; boot it again\n"))
  }
}
