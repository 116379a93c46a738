import I386
import Machine
import Stub
import Testing

/// The registers of a process: their places, and what of them a resume obeys.
@Suite struct TrapFrameTests {
  @Test func everyRegisterIsWhereTheStubLeavesIt() {
    let places: [(PartialKeyPath<TrapFrame>, Int32)] = [
      (\.gs, STUB_FRAME_GS), (\.fs, STUB_FRAME_FS), (\.es, STUB_FRAME_ES), (\.ds, STUB_FRAME_DS),
      (\.cr2, STUB_FRAME_CR2), (\.edi, STUB_FRAME_EDI), (\.esi, STUB_FRAME_ESI),
      (\.ebp, STUB_FRAME_EBP), (\.unusedEsp, STUB_FRAME_EBP + 4), (\.ebx, STUB_FRAME_EBX),
      (\.edx, STUB_FRAME_EDX), (\.ecx, STUB_FRAME_ECX), (\.eax, STUB_FRAME_EAX),
      (\.vector, STUB_FRAME_VECTOR), (\.errorCode, STUB_FRAME_ERROR), (\.eip, STUB_FRAME_EIP),
      (\.cs, STUB_FRAME_CS), (\.eflags, STUB_FRAME_EFLAGS), (\.esp, STUB_FRAME_ESP),
      (\.ss, STUB_FRAME_SS),
    ]
    #expect(
      places.map { MemoryLayout<TrapFrame>.offset(of: $0.0) } == places.map { Int($0.1) })
    #expect(places.count == 20)
  }

  @Test func theFrameEndsAtTheStacksTop() {
    #expect(MemoryLayout<TrapFrame>.size == Int(STUB_FRAME_BYTES))
    #expect(MemoryLayout<TrapFrame>.stride == 80)
    #expect(MemoryLayout<stub_trap_frame>.size == 80)
    #expect(UInt32(STUB_FRAME) + 80 == UInt32(STUB_STACK_TOP))
  }

  /// Every selector: only null and the user's own four ways of each are kept.
  @Test func everySelector() {
    let kept: Set<UInt32> = [0x18, 0x19, 0x1A, 0x1B, 0x20, 0x21, 0x22, 0x23]
    for selector in 0...0xFFFF as ClosedRange<UInt32> {
      let expected: UInt32 = selector < 4 ? 0 : kept.contains(selector) ? selector : 0x23
      for garbage in [0, 0xABCD_0000] as [UInt32] {
        var frame = TrapFrame()
        frame.gs = selector | garbage
        frame.fs = selector | garbage
        frame.es = selector | garbage
        frame.ds = selector | garbage
        frame.cs = selector | garbage
        frame.ss = selector | garbage
        let clean = frame.sanitizedForUser
        guard
          clean.gs == expected, clean.fs == expected, clean.es == expected, clean.ds == expected,
          clean.cs == 0x1B, clean.ss == 0x23
        else {
          Issue.record("selector \(selector): \(clean)")
          return
        }
      }
    }
  }

  /// Every pair of flag bits.
  @Test func everyFlag() {
    for first in 0..<32 as Range<UInt32> {
      for second in 0..<32 as Range<UInt32> {
        var frame = TrapFrame()
        frame.eflags = 1 << first | 1 << second
        #expect(frame.sanitizedForUser.eflags == frame.eflags & 0x0025_4DD5 | 0x202)
      }
    }
  }

  @Test func otherRegistersAreTheProcesss() {
    var frame = TrapFrame()
    let general: [WritableKeyPath<TrapFrame, UInt32>] = [
      \.edi, \.esi, \.ebp, \.ebx, \.edx, \.ecx, \.eax, \.eip, \.esp, \.cr2, \.vector, \.errorCode,
    ]
    for (index, register) in general.enumerated() {
      frame[keyPath: register] = 0xF000_0000 + UInt32(index)
    }
    let clean = frame.sanitizedForUser
    for register in general { #expect(clean[keyPath: register] == frame[keyPath: register]) }
  }

  @Test func aNewProcesssFrame() {
    let frame = TrapFrame(entry: LinearAddress(0x1234), stackPointer: LinearAddress(0x8000_0000))
    #expect(frame.eip == 0x1234)
    #expect(frame.esp == 0x8000_0000)
    #expect(frame.cs == 0x1B)
    #expect([frame.ss, frame.ds, frame.es, frame.fs, frame.gs] == [0x23, 0x23, 0x23, 0x23, 0x23])
    #expect(frame.eflags == 0x202)
    #expect(frame.eax == 0 && frame.ebx == 0 && frame.ecx == 0 && frame.edx == 0)
  }
}
