import GuestPrograms
import Testing

private let programs = ShippedPrograms.names.filter { !$0.hasSuffix(".yaml") }
/// Those that are laid out by guest/runtime/program.ld.
private let programsOnRuntime = programs.filter { !["fault", "raw", "starter"].contains($0) }

private func image(of program: String) throws -> ELFFile {
  try ELFFile(path: try #require(ShippedPrograms.path(of: program)))
}

@Suite("Programs are static i386 executables of the promised layout")
struct ProgramLayoutTests {
  @Test("A static ELF32 executable for the 80386", arguments: programs)
  func staticExecutable(program: String) throws {
    let image = try image(of: program)
    #expect(image.identification.prefix(7) == [0x7F, 0x45, 0x4C, 0x46, 1, 1, 1])
    #expect(image.type == 2, "ET_EXEC")
    #expect(image.machine == 3, "EM_386")
    #expect(image.segments.allSatisfy { $0.type != ELFFile.Segment.interpreter })
    #expect(image.segments.allSatisfy { $0.type != ELFFile.Segment.dynamic })
  }

  @Test("Load segments ascend and share no page", arguments: programs)
  func segmentsShareNoPage(program: String) throws {
    let loads = try image(of: program).loads
    #expect(!loads.isEmpty)
    for (segment, next) in zip(loads, loads.dropFirst()) {
      #expect(segment.endPage <= next.firstPage)
    }
    for segment in loads {
      #expect(segment.memorySize > 0)
      #expect(segment.fileSize <= segment.memorySize)
      #expect(segment.fileOffset % 4096 == segment.address % 4096)
      #expect(segment.address >= 0x1000)
      // The stack's 64 MiB end at 0x8000_0000.
      #expect(UInt64(segment.address) + UInt64(segment.memorySize) <= 0x7C00_0000)
    }
  }

  @Test("No segment is both writable and executable", arguments: programs)
  func writableOrExecutable(program: String) throws {
    for segment in try image(of: program).loads {
      #expect(!segment.flags.isSuperset(of: [.writable, .executable]))
      #expect(segment.flags.contains(.readable))
    }
  }

  @Test("Text, read-only data and data, in this order", arguments: programsOnRuntime)
  func threeSegments(program: String) throws {
    let loads = try image(of: program).loads
    #expect(
      loads.map(\.flags) == [[.readable, .executable], [.readable], [.readable, .writable]])
    #expect(loads.allSatisfy { $0.address % 4096 == 0 })
    #expect(loads.first?.address == 0x0804_8000)
  }

  @Test("The entry is _start, in text", arguments: programs)
  func entry(program: String) throws {
    let image = try image(of: program)
    #expect(image.symbols["_start"] == image.entry)
    let text = try #require(image.loads.first { $0.flags.contains(.executable) })
    #expect(image.entry >= text.address && image.entry < text.address + text.fileSize)
  }

  @Test("Symbols and lines are kept", arguments: programs)
  func debuggingInformation(program: String) throws {
    let names = try image(of: program).sectionNames
    #expect(names.contains(".symtab"))
    #expect(names.contains(".debug_line"))
    #expect(names.contains(".debug_info"))
  }

  @Test(
    "Counted pages begin on a page and close the last segment",
    arguments: [
      ("touch", "bss_pages", 131_072), ("sparse", "expanse", 263_168),
    ])
  func countedPages(program: String, array: String, pageCount: UInt32) throws {
    let image = try image(of: program)
    let address = try #require(image.symbols[array])
    let last = try #require(image.loads.last)
    #expect(address % 4096 == 0)
    #expect(address + pageCount * 4096 == last.address + last.memorySize)
    #expect(address >= last.address + last.fileSize)
  }

  @Test(
    "The instructions that fault have symbols",
    arguments: [
      ("segv", ["segv_read_instruction", "segv_write_instruction", "segv_jump_instruction"]),
      ("exceptions", ["exceptions_divide_eip", "exceptions_hlt_eip", "exceptions_int3_eip"]),
    ])
  func faultingInstructions(program: String, labels: [String]) throws {
    let image = try image(of: program)
    let text = try #require(image.loads.first)
    for label in labels {
      let address = try #require(image.symbols[label], "\(label)")
      #expect(address >= text.address && address < text.address + text.fileSize, "\(label)")
    }
  }
}
