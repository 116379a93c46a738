import Foundation
import GuestPrograms
import TestSupport
import Testing

/// Programs that another compiler made, wherever they are linked, with our runtime and without.
@Suite struct ForeignProgramTests {
  /// Nothing of ours: the traps by hand, data, bss, a stack of its own arguments.
  private static let raw = """
    static int sendrec(int server, int *message) {
      int result;
      __asm__ volatile("int $33" : "=a"(result) : "a"(server), "b"(message), "c"(3) : "memory");
      return result;
    }

    static int write(const char *text, int length) {
      int message[9] = {0, 4, 1, length, 0, (int)text};
      int result = sendrec(1, message);
      return result ? result : message[1];
    }

    static void end(int status) {
      int message[9] = {0, 1, status};
      sendrec(0, message);
      __builtin_trap();
    }

    static char line[] = "counted to 0\\n";
    static char zeros[3 << 12];
    // A page that is not there in the middle of a message, and one on each side.
    static _Alignas(4096) char pages[4 << 12];

    // By reference to the stack pointer that the kernel gave: argc, then argv.
    __attribute__((used)) static void begin(int *start) {
      char **argv = (char **)(start + 1);
      if (start[0] != 3 || argv[1][0] != 'a' || argv[2][0] != 'b' || argv[3] || argv[4]) end(11);
      for (int i = 0; i < 9; i++) line[11]++;
      if (write(line, sizeof line - 1) != sizeof line - 1) end(12);
      // From bss that nobody has touched: VFS's copy has to ask VM.
      if (write(zeros + 4000, 4200) != 4200) end(13);
      // A message across two pages, of which neither is there.
      int *message = (int *)(pages + 4096 - 8);
      if (sendrec(0, message) != 0 || message[1] != -38) end(14);
      // Half of it in a page that is there.
      pages[8192] = 0;
      message = (int *)(pages + 3 * 4096 - 20);
      if (sendrec(0, message) != 0 || message[1] != -38) end(15);
      for (int i = 0; i < (int)sizeof zeros; i++) if (zeros[i]) end(16);
      end(7);
    }

    __asm__(".globl _start\\n_start: movl %esp, %eax\\n pushl %eax\\n call begin");

    """

  @Test(arguments: [
    [], ["-Wl,-Ttext-segment=0x20000000"], ["-Wl,-Ttext-segment=0xE0000000"], ["-Wl,-N"],
  ])
  func needsNothingOfOurs(_ options: [String]) throws {
    let folder = try TemporaryFolder()
    let program = try GNUCompiler.build(Self.raw, as: "raw", in: folder, options)
    let run = try GuestRun(["--quiet", program, "a", "b"], in: folder)
    #expect(run.status == 7, "\(run.errors)")
    #expect(run.output == "counted to 9\n" + String(repeating: "\0", count: 4200))
    #expect(run.summary["raw"]?.exit == .init(status: 7))
    // What the copy and the message needed was made accessible by request, not by a fault.
    #expect(run.summary.kernelCalls["SYS_VMCTL/VMCTL_MEMREQ_REPLY"] ?? 0 >= 3)
    #expect(run.summary.notifications["SYSTEM"] ?? 0 >= 1)
    TouchTests.expectOrder(run.summary)
  }

  /// Our runtime's headers and code under a program that gcc compiled.
  @Test func usesOurRuntime() throws {
    let source = """
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>

      int main(int argc, char **argv) {
        char *copy = malloc(strlen(argv[1]) + 1);
        memcpy(copy, argv[1], strlen(argv[1]) + 1);
        printf("%d arguments, %s, compiled by gcc %d\\n", argc - 1, copy, __GNUC__ > 4);
        return 3;
      }

      """
    let folder = try TemporaryFolder()
    let guest = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "guest").path
    let hello = try #require(ShippedPrograms.path(of: "hello"))
    let runtime = URL(filePath: hello).deletingLastPathComponent().appending(path: "runtime.o").path
    let program = try GNUCompiler.build(
      source, as: "ours", in: folder,
      ["-I\(guest)/runtime/include", runtime, "-T\(guest)/runtime/program.ld"])
    let run = try GuestRun(["--quiet", program, "one"], in: folder)
    #expect(run.status == 3, "\(run.errors)")
    #expect(run.output == "1 arguments, one, compiled by gcc 1\n")
    TouchTests.expectOrder(run.summary)
  }
}
