import I386
import Machine
import Stub
import Testing

/// The layout is stated once; assembly, C and Swift read the same numbers out of it.
@Suite struct StubLayoutTests {
  private let count = Int(stub_layout_count())

  private func table(_ start: UnsafePointer<UInt32>?) throws -> [UInt32] {
    let start = unsafe try #require(start)
    return (0..<count).map { unsafe start[$0] }
  }

  /// The numbers as Swift imports them, in the order of the other two tables.
  private let swiftLayout: [UInt32] =
    [
      UInt32(STUB_BASE), UInt32(STUB_BYTES), UInt32(STUB_CODE), UInt32(STUB_GDT),
      UInt32(STUB_TSS), UInt32(STUB_IDT), UInt32(STUB_RESUME), UInt32(STUB_FRAME),
      UInt32(STUB_STACK_TOP), UInt32(STUB_EDITS), UInt32(STUB_EDIT_CAPACITY),
      UInt32(STUB_BOOT_DIRECTORY), UInt32(STUB_FPU_AREAS), UInt32(STUB_FPU_AREA_BYTES),
      UInt32(STUB_FPU_AREA_COUNT), UInt32(STUB_ARENA), UInt32(STUB_ARENA_BYTES),
    ]
    + [
      STUB_KERNEL_CODE, STUB_KERNEL_DATA, STUB_USER_CODE, STUB_USER_DATA, STUB_TASK_STATE,
      STUB_VECTOR_KERNEL_CALL, STUB_VECTOR_IPC, STUB_VECTOR_PREEMPT, STUB_VECTOR_STRIDE, STUB_PORT,
      STUB_RESUME_CR3, STUB_RESUME_FPU_SAVE, STUB_RESUME_FPU_RESTORE, STUB_RESUME_EDIT_COUNT,
      STUB_RESUME_FLAGS, STUB_RESUME_FLUSH, STUB_EDIT_ENTRY, STUB_EDIT_COUNT, STUB_EDIT_LINEAR,
      STUB_EDIT_BYTES, STUB_FRAME_CR2, STUB_FRAME_EDI, STUB_FRAME_EAX, STUB_FRAME_VECTOR,
      STUB_FRAME_ERROR, STUB_FRAME_EIP, STUB_FRAME_SS, STUB_FRAME_BYTES,
    ].map { UInt32($0) }

  @Test func assemblyCAndSwiftAgree() throws {
    let assembly = try unsafe table(stub_assembly_layout())
    let c = try unsafe table(stub_c_layout())
    #expect(assembly == c)
    #expect(c == swiftLayout)
    #expect(Set(c).count > 30, "the tables hold real numbers")
  }

  @Test func publicConstantsAreTheLayouts() {
    #expect(GuestMemory.stubStart.rawValue == UInt32(STUB_BASE))
    #expect(GuestMemory.arenaStart.rawValue == UInt32(STUB_ARENA))
    #expect(GuestMemory.arenaByteCount == UInt32(STUB_ARENA_BYTES))
    #expect(UserSelector.code == UInt32(STUB_USER_CODE))
    #expect(UserSelector.data == UInt32(STUB_USER_DATA))
    #expect(MemoryLayout<stub_resume>.size == 20)
    #expect(MemoryLayout<stub_edit>.stride == Int(STUB_EDIT_BYTES))
  }

  @Test func nothingOverlaps() {
    let ranges: [(UInt32, UInt32)] = [
      (UInt32(STUB_CODE), UInt32(STUB_CODE_BYTES)),
      (UInt32(STUB_RESUME), 20), (UInt32(STUB_GDT), UInt32(STUB_GDT_ENTRIES) * 8),
      (UInt32(STUB_TSS), 104), (UInt32(STUB_IDT), UInt32(STUB_IDT_ENTRIES) * 8),
      (UInt32(STUB_FRAME), UInt32(STUB_FRAME_BYTES)),
      (UInt32(STUB_EDITS), UInt32(STUB_EDIT_CAPACITY) * UInt32(STUB_EDIT_BYTES)),
      (UInt32(STUB_BOOT_DIRECTORY), 4096),
      (UInt32(STUB_FPU_AREAS), UInt32(STUB_FPU_AREA_COUNT) * UInt32(STUB_FPU_AREA_BYTES)),
      (UInt32(STUB_ARENA), UInt32(STUB_ARENA_BYTES)),
    ]
    for (first, second) in zip(ranges, ranges.dropFirst()) {
      #expect(first.0 + first.1 <= second.0)
    }
    let shared = ranges[1...5].map { $0.0 & ~0xFFF }
    #expect(Set(shared) == [UInt32(STUB_RESUME)], "a trap's data is in one page")
    #expect(STUB_IDT_ENTRIES > STUB_VECTOR_PREEMPT)
    #expect(UInt32(STUB_FPU_AREAS) & 511 == 0, "fxsave wants 16 bytes, a page none of an area")
    #expect(UInt32(STUB_BASE) == ranges[0].0)
    #expect(UInt32(STUB_BASE) + UInt32(STUB_BYTES) == UInt32(STUB_ARENA))
  }
}

/// The assembled bytes of the stub.
@Suite struct StubCodeTests {
  private let code: [UInt8]

  init() throws {
    let start = unsafe try #require(stub_code())
    code = (0..<Int(STUB_CODE_BYTES)).map { unsafe start[$0] }
  }

  /// A 32-bit word of the code.
  private func word(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(code[offset + $1]) << UInt32($1 * 8) }
  }

  /// The vectors for which the CPU pushes an error code.
  private static let withErrorCode: Set<Int> = [8, 10, 11, 12, 13, 14, 17, 21, 29, 30]

  /// Decodes a handler: what it pushes, and where it jumps.
  private func decode(_ handler: Int) throws -> (pushes: [Int], target: Int) {
    var offset = handler * Int(STUB_VECTOR_STRIDE)
    let end = offset + Int(STUB_VECTOR_STRIDE)
    var pushes: [Int] = []
    while offset < end {
      switch code[offset] {
      case 0x6A:  // push imm8
        pushes.append(Int(Int8(bitPattern: code[offset + 1])))
        offset += 2
      case 0x68:  // push imm32
        pushes.append(Int(word(at: offset + 1)))
        offset += 5
      case 0xEB:  // jmp rel8
        return (pushes, offset + 2 + Int(Int8(bitPattern: code[offset + 1])))
      case 0xE9:  // jmp rel32
        return (pushes, offset + 5 + Int(Int32(bitPattern: word(at: offset + 1))))
      default:
        Issue.record("byte \(code[offset]) at \(offset)")
        return (pushes, -1)
      }
    }
    Issue.record("handler \(handler) is longer than its place")
    return (pushes, -1)
  }

  @Test func everyHandlerPushesItsVector() throws {
    let vectors = Array(0..<34) + [Int(STUB_VECTOR_PREEMPT)]
    #expect(vectors.firstIndex(of: 0x50) == Int(STUB_PREEMPT_HANDLER))
    var targets: Set<Int> = []
    for (handler, vector) in vectors.enumerated() {
      let (pushes, target) = try decode(handler)
      #expect(pushes == (Self.withErrorCode.contains(vector) ? [vector] : [0, vector]))
      targets.insert(target)
    }
    #expect(targets.count == 1)
  }

  /// pushal; mov %cr2, %eax; push %eax; push %ds, %es, %fs, %gs; mov %esp, %eax; out %eax, $port.
  @Test func theTrapPathIsTheFewestInstructions() throws {
    let trap = try decode(0).target
    let expected: [UInt8] = [
      0x60, 0x0F, 0x20, 0xD0, 0x50, 0x1E, 0x06, 0x0F, 0xA0, 0x0F, 0xA8, 0x89, 0xE0, 0xE7,
      UInt8(STUB_PORT),
    ]
    #expect(Array(code[trap..<trap + expected.count]) == expected)
  }

  @Test func theStartLiesInThePage() {
    let start = stub_start_address()
    #expect(start > UInt32(STUB_CODE) && start < UInt32(STUB_CODE) + UInt32(STUB_CODE_BYTES))
    // mov $selector, %eax; ltr %ax
    let offset = Int(start - UInt32(STUB_CODE))
    #expect(word(at: offset + 1) == UInt32(STUB_TASK_STATE))
    #expect(Array(code[offset + 5..<offset + 8]) == [0x0F, 0x00, 0xD8])
  }
}
