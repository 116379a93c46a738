import KVM
import Testing

/// Guest memory: what a slot shows, refuses and remembers.
@Suite struct MemorySlotTests {
  @Test func guestWritesLandInTheMapping() throws {
    // mov $0x5A, %al; mov %al, 0x3000; hlt
    let guest = try RealModeGuest(code: [0xB0, 0x5A, 0xA2, 0x00, 0x30, 0xF4])
    #expect(try guest.vcpu.run() == .halted)
    #expect(guest.byte(at: 0x3000) == 0x5A)
  }

  @Test func accessOutsideEverySlotIsAValue() throws {
    // mov $0x5A, %al; mov %al, 0x5000; mov 0x5004, %al; out %al, $0x60; hlt
    let guest = try RealModeGuest(
      code: [0xB0, 0x5A, 0xA2, 0x00, 0x50, 0xA0, 0x04, 0x50, 0xE6, 0x60, 0xF4], byteCount: 0x4000)
    #expect(try guest.vcpu.run() == .memoryWrite(address: 0x5000, byteCount: 1, value: 0x5A))
    #expect(try guest.vcpu.run() == .memoryRead(address: 0x5004, byteCount: 1))
    guest.vcpu.setMemoryReadValue(0x77)
    #expect(try guest.vcpu.run() == .output(port: 0x60, size: 1, value: 0x77))
    #expect(try guest.vcpu.run() == .halted)
  }

  @Test func inputReadsWhatWeAnswer() throws {
    // in $0x61, %ax; out %ax, $0x60; hlt
    let guest = try RealModeGuest(code: [0xE5, 0x61, 0xE7, 0x60, 0xF4])
    #expect(try guest.vcpu.run() == .input(port: 0x61, size: 2))
    guest.vcpu.setInputValue(0xBEEF)
    #expect(try guest.vcpu.run() == .output(port: 0x60, size: 2, value: 0xBEEF))
  }

  @Test func stringOutputIsReportedAsSuch() throws {
    // mov $3, %cx; mov $0x60, %dx; cld; rep outsb; hlt
    let guest = try RealModeGuest(code: [0xB9, 3, 0, 0xBA, 0x60, 0, 0xFC, 0xF3, 0x6E, 0xF4])
    var items: UInt32 = 0
    while items < 3 {
      switch try guest.vcpu.run() {
      case .stringTransfer(port: 0x60, size: 1, let count, isOutput: true): items += count
      case .output(port: 0x60, size: 1, _): items += 1
      case let exit:
        Issue.record("unexpected \(exit)")
        return
      }
    }
    #expect(try guest.vcpu.run() == .halted)
  }

  @Test func dirtyPagesAreLoggedAndCleared() throws {
    let guest = try RealModeGuest(
      code: [0xA2, 0x00, 0x30, 0xF4, 0xF4], slotOptions: .logsDirtyPages)
    #expect(try guest.vcpu.run() == .halted)
    let dirty = try guest.dirtyPages()
    #expect(dirty.count == 1)
    #expect(dirty[0] & (1 << 3) != 0, "page 3 was written")
    #expect(dirty[0] & (1 << 9) == 0, "page 9 was not touched")
    #expect(try guest.dirtyPages() == [0])
  }

  @Test func readOnlySlotTurnsWritesIntoExits() throws {
    let guest = try RealModeGuest(code: [0xA2, 0x00, 0x30, 0xF4], slotOptions: .readOnly)
    #expect(try guest.vcpu.run() == .memoryWrite(address: 0x3000, byteCount: 1, value: 0))
    #expect(guest.byte(at: 0x3000) == 0)
    #expect(try guest.vcpu.run() == .halted)
  }

  @Test func removedSlotIsAHole() throws {
    // out %al, $0x60; then whatever: the code's own page is gone
    let guest = try RealModeGuest(code: [0xE6, 0x60, 0xF4])
    #expect(try guest.vcpu.run() == .output(port: 0x60, size: 1, value: 0))
    try guest.machine.removeMemory(slot: 0)
    #expect(try guest.vcpu.run() != .halted)
  }

  @Test func misplacedSlotIsRefused() throws {
    let guest = try RealModeGuest(code: [0xF4])
    #expect(throws: KVMError(request: .setUserMemoryRegion, errno: 22)) {
      try guest.addSlot(1, at: 0x123)
    }
    #expect(throws: KVMError(request: .setUserMemoryRegion, errno: 17)) {
      try guest.addSlot(1, at: 0)
    }
  }
}
