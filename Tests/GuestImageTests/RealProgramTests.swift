import Foundation
import GuestImage
import TestSupport
import Testing

/// Programs that a compiler has made: the toolchain's clang, and gcc if it is here.
@Suite struct RealProgramTests {
  private static let source = """
    int counter = 7;
    static int zeroes[5000];
    const char text[] = "read-only";
    __attribute__((noinline)) int twice(int number) {
      return number * 2;
    }
    void _start(void) {
      zeroes[0] = twice(counter);
      for (;;)
        __asm__ volatile("int $0x21" : : "a"(text));
    }

    """

  /// Runs a compiler; answers the path of what it made.
  private func compile(_ command: [String], in scratch: Scratch) throws -> String {
    let source = try scratch.write("real.c", Array(Self.source.utf8))
    let result = scratch.path + "/real.o"
    try expectSuccess(scratch.run(command + ["-g", "-O0", source, "-o", result]))
    return result
  }

  /// Compiles with the toolchain's clang and links with its lld. In two steps: for
  /// this target clang would look for a gcc to call the linker.
  private func clang(
    _ linking: [String] = ["-static"], compiling: [String] = [], in scratch: Scratch
  ) throws -> String {
    let options = ["-target", "i386-unknown-none-elf", "-ffreestanding", "-c"]
    let object = try compile(["clang"] + options + compiling, in: scratch)
    let program = scratch.path + "/real.elf"
    try expectSuccess(
      scratch.run(["ld.lld", "-m", "elf_i386"] + linking + [object, "-o", program]))
    return program
  }

  private func expectSuccess(_ result: (status: Int32, output: String)) throws {
    try #require(result.status == 0, "\(result.output)")
  }

  @Test func clangsProgram() throws {
    let scratch = try Scratch()
    try check(try ProgramImage.load(try clang(in: scratch)), scratch: scratch)
  }

  @Test func gccsProgram() throws {
    let scratch = try Scratch()
    // gcc is not a requirement of the package, and may lack its 32-bit parts.
    guard try scratch.run(["gcc", "-m32", "-E", "-x", "c", "/dev/null"]).status == 0 else { return }
    let gcc = ["gcc", "-m32", "-ffreestanding", "-nostdlib", "-static", "-no-pie"]
    try check(try ProgramImage.load(try compile(gcc, in: scratch)), scratch: scratch)
  }

  private func check(_ image: ProgramImage, scratch: Scratch) throws {
    image.checkInvariants("a compiler's program")
    #expect(image.symbol(containing: image.entry)?.description == "_start")
    #expect(image.symbol(containing: image.entry + 5)?.description == "_start+0x5")

    let lines = image.sourceLines()
    #expect(lines.sourceLine(of: image.entry)?.description == scratch.path + "/real.c:7")
    #expect(lines.sourceLine(of: 0x1000) == nil)
    #expect(lines.sourceLine(of: 0xFFFF_FFFF) == nil)

    // `counter` starts as 7, the array takes pages without bytes in the file.
    let addresses = image.segments.filter(\.isWritable)
      .flatMap { $0.address..<$0.endAddress }
    let counter = try #require(
      addresses.first { image.symbol(containing: $0)?.description == "counter" })
    #expect(image.page(at: counter).bytes[Int(counter % 4096)] == 7)
    let bss = try #require(
      addresses.first { image.symbol(containing: $0)?.description == "zeroes" })
    #expect(image.layout().contains { $0.isWritable && $0.pages.endAddress > bss + 4 * 4096 })
    let text = image.segments.first { !$0.isWritable && !$0.isExecutable }
    #expect(text != nil, "read-only data has a segment of its own")
  }

  @Test func linkersMistakesAreNamed() throws {
    let scratch = try Scratch()
    let cases: [(linking: [String], kind: ImageError.Kind)] = [
      (["-r"], .relocatable),
      (["-pie"], .dynamic),
      (["-shared"], .dynamic),
      (["-static", "-Ttext=0xf0000000"], .collidesWithStub),
      (["-static", "-Ttext=0x7ff00000"], .collidesWithStack),
      (["-static", "--image-base=0"], .touchesPageZero),
    ]
    for (linking, kind) in cases {
      let program = try clang(linking, compiling: ["-fPIC"], in: scratch)
      let error = #expect(throws: ImageError.self) { try ProgramImage.load(program) }
      #expect(error?.kind == kind, "\(linking)")
    }
    // The test itself is a 64-bit program.
    let error = #expect(throws: ImageError.self) { try ProgramImage.load("/proc/self/exe") }
    #expect(error?.kind == .wrongClass)
  }

  /// Debug information is the largest thing that a stranger's file makes us read.
  @Test(arguments: [UInt64(0xDEB1), 0xDEB2])
  func damagedDebugInformation(seed: UInt64) throws {
    let scratch = try Scratch()
    let good = try ProgramImage.load(try clang(in: scratch)).file.bytes
    var random = SeededGenerator(seed: seed)
    for round in 0..<2000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        // The code is of no interest; the tables behind it are.
        let offset = Int.random(in: good.count / 4..<good.count, using: &random)
        bytes[offset] = .random(in: 0...255, using: &random)
      }
      guard let image = try? ProgramImage(bytes: bytes) else { continue }
      image.checkInvariants("seed \(seed), round \(round)")
      _ = image.sourceLines().sourceLine(of: image.entry)
    }
  }
}
