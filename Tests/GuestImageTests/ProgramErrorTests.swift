import GuestImage
import Testing

/// Every way in which a program can be bad, and the line that is printed for it.
@Suite struct ProgramErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let kind: ImageError.Kind
    let message: String

    init(
      _ name: String, _ kind: ImageError.Kind, _ message: String,
      _ change: (inout ELFBuilder) -> Void
    ) {
      var builder = ELFBuilder.good
      change(&builder)
      self.init(name, builder.build(), kind, message)
    }

    init(_ name: String, _ bytes: [UInt8], _ kind: ImageError.Kind, _ message: String) {
      (testDescription, self.bytes, self.kind, self.message) = (name, bytes, kind, message)
    }
  }

  @Test(arguments: identificationCases + headerCases + segmentCases)
  func isToldApart(_ bad: Case) {
    let error = #expect(throws: ImageError.self) { try ProgramImage(bytes: bad.bytes) }
    #expect(error?.kind == bad.kind)
    #expect(error?.description == "p.elf: " + bad.message)
    #expect(error?.exitCode == 65)
  }

  static let identificationCases: [Case] = [
    Case("no bytes", [], .empty, "the file is empty; build or copy it again"),
    Case(
      "a script", Array("#!/bin/sh\n".utf8), .notELF,
      "is not an ELF file; give a static i386 program, or a manifest named *.yaml"),
    Case(
      "half a magic", [0x7F, 0x45], .truncated,
      "is truncated: an ELF header has 52 bytes, the file 2; build or copy it again"),
    Case(
      "half a header", Array(ELFBuilder.good.build().prefix(40)), .truncated,
      "is truncated: an ELF header has 52 bytes, the file 40; build or copy it again"),
    Case("x86-64", .wrongClass, "is a 64-bit program (x86-64); build it with -m32") {
      $0.identification[4] = 2
      $0.machine = 62
    },
    Case("class 3", .damaged, "has the unknown ELF class 3; build or copy it again") {
      $0.identification[4] = 3
    },
    Case("big-endian", .wrongByteOrder, "is a big-endian program; build it for i386") {
      $0.identification[5] = 2
    },
    Case("byte order 0", .damaged, "has the unknown ELF byte order 0; build or copy it again") {
      $0.identification[5] = 0
    },
    Case("version 9", .damaged, "has the unknown ELF version 9; build or copy it again") {
      $0.identification[6] = 9
    },
  ]

  static let headerCases: [Case] = [
    Case("ARM", .wrongMachine, "is a program for ARM; build it for i386 (-m32)") {
      $0.machine = 40
    },
    Case("x32", .wrongMachine, "is a program for x86-64; build it for i386 (-m32)") {
      $0.machine = 62
    },
    Case("object", .relocatable, "is an object file, not a program; link it with -static") {
      $0.type = 1
    },
    Case(
      "PIE", .dynamic,
      "is position-independent or a shared library; link it with -static -no-pie"
    ) { $0.type = 3 },
    Case("core", .notExecutable, "is a core dump; give the program that made it") { $0.type = 4 },
    Case(
      "type 9", .notExecutable, "has the ELF type 9, not an executable's; link it again"
    ) { $0.type = 9 },
    Case(
      "no headers", .noSegments, "has nothing to load (no PT_LOAD segment); link it as a program"
    ) { $0.parts = [] },
    Case(
      "short headers", .damaged, "has program headers of 31 bytes, not 32; build or copy it again"
    ) { $0.claimedHeaderByteCount = 31 },
    Case("PN_XNUM", .damaged, "has more than 65534 program headers; link it again") {
      $0.claimedHeaderCount = 0xFFFF
    },
    Case(
      "headers beyond the end", .truncated,
      "is truncated: the program headers would end at byte 4294967359, the file ends at 376; "
        + "build or copy it again"
    ) { $0.claimedHeaderOffset = 0xFFFF_FFFF },
    Case(
      "too many headers", .truncated,
      "is truncated: the program headers would end at byte 1652, the file ends at 376; "
        + "build or copy it again"
    ) { $0.claimedHeaderCount = 50 },
  ]

  static let segmentCases: [Case] = [
    Case(
      "a loader", .dynamic,
      "is dynamically linked (it asks for a loader); link it with -static -no-pie"
    ) { $0.parts.append(.init(type: 3, address: 0x0804_8000)) },
    Case(
      "only empty segments", .noSegments,
      "has nothing to load (no PT_LOAD segment); link it as a program"
    ) { $0.parts = [.init(address: 0x0804_8000)] },
    Case(
      "only notes", .noSegments, "has nothing to load (no PT_LOAD segment); link it as a program"
    ) { $0.parts = [.init(type: 4, address: 0x0804_8000, bytes: [1, 2, 3, 4])] },
    Case(
      "filesz above memsz", .fileExceedsMemory,
      "segment 0 has 6 bytes in the file and only 5 in memory; link it again"
    ) { $0.parts[0].memoryByteCount = 5 },
    Case(
      "filesz above memsz 0", .fileExceedsMemory,
      "segment 0 has 6 bytes in the file and only 0 in memory; link it again"
    ) { $0.parts[0].memoryByteCount = 0 },
    Case(
      "data beyond the end", .truncated,
      "is truncated: segment 1 would end at byte 69754, the file ends at 376; "
        + "build or copy it again"
    ) {
      $0.parts[1].claimedFileByteCount = 0x1_1000
      $0.parts[1].memoryByteCount = 0x1_1000
    },
    Case(
      "data offset beyond the end", .truncated,
      "is truncated: segment 1 would end at byte 4294967299, the file ends at 376; "
        + "build or copy it again"
    ) { $0.parts[1].claimedOffset = 0xFFFF_FFFF },
    Case(
      "wrapping", .addressWraps,
      "segment 1 at 0xfffff000 has 4097 bytes and wraps around the end of memory; "
        + "correct the linker script"
    ) {
      $0.parts[1].address = 0xFFFF_F000
      $0.parts[1].memoryByteCount = 4097
    },
    Case(
      "page 0", .touchesPageZero,
      "segment 1 (0x00000fff to 0x00001002) is in page 0, which is never mapped; "
        + "link it at 0x1000 or above, such as with -Wl,-Ttext=0x8048000"
    ) {
      $0.parts[1].address = 0xFFF
      $0.parts[1].memoryByteCount = 4
    },
    Case(
      "stub", .collidesWithStub,
      "segment 1 (0xeffffffd to 0xf0000000) wants the stub's addresses 0xf0000000 and up; "
        + "link it lower"
    ) {
      $0.parts[1].address = 0xEFFF_FFFD
      $0.parts[1].memoryByteCount = 4
    },
    Case(
      "stub, to the last byte", .collidesWithStub,
      "segment 1 (0xfffff000 to 0xffffffff) wants the stub's addresses 0xf0000000 and up; "
        + "link it lower"
    ) {
      $0.parts[1].address = 0xFFFF_F000
      $0.parts[1].memoryByteCount = 4096
    },
    Case(
      "stack from below", .collidesWithStack,
      "segment 1 (0x7bfffffd to 0x7c000000) collides with the stack region "
        + "0x7c000000 to 0x7fffffff; link it elsewhere"
    ) {
      $0.parts[1].address = 0x7BFF_FFFD
      $0.parts[1].memoryByteCount = 4
    },
    Case(
      "stack from within", .collidesWithStack,
      "segment 1 (0x7fffffff to 0x80000002) collides with the stack region "
        + "0x7c000000 to 0x7fffffff; link it elsewhere"
    ) {
      $0.parts[1].address = 0x7FFF_FFFF
      $0.parts[1].memoryByteCount = 4
    },
    Case(
      "overlap by a byte", .overlappingSegments,
      "has overlapping segments: 0x08048000 to 0x08048005 and 0x08048005 to 0x08048008; "
        + "correct the linker script"
    ) {
      $0.parts[1].address = 0x0804_8005
      $0.parts[1].memoryByteCount = 4
    },
    Case(
      "entry nowhere", .entryOutside,
      "starts at 0x00000000, which is in no executable segment; "
        + "define _start, or link with -e and its name"
    ) { $0.entry = 0 },
    Case(
      "entry after the end", .entryOutside,
      "starts at 0x08048006, which is in no executable segment; "
        + "define _start, or link with -e and its name"
    ) { $0.entry = 0x0804_8006 },
    Case(
      "entry in data", .entryOutside,
      "starts at 0x08049010, which is in no executable segment; "
        + "define _start, or link with -e and its name"
    ) { $0.entry = 0x0804_9010 },
  ]

  @Test func aNameCannotBreakTheLine() {
    let file = FileContents(path: "a\nb\u{1B}[1m", bytes: [])
    let error = #expect(throws: ImageError.self) { try ProgramImage(file) }
    #expect(
      error?.description == "a\\u{a}b\\u{1b}[1m: the file is empty; build or copy it again")
  }
}
