import KVM
import Testing

/// What comes out of the guest, and in what shape.
@Suite struct ExitTests {
  @Test(
    arguments: [
      // mov $0x12345678, %eax; out …, $0x60; hlt
      ([0xE6, 0x60], VCPU.Exit.output(port: 0x60, size: 1, value: 0x78)),
      ([0xE7, 0x60], VCPU.Exit.output(port: 0x60, size: 2, value: 0x5678)),
      ([0x66, 0xE7, 0x60], VCPU.Exit.output(port: 0x60, size: 4, value: 0x1234_5678)),
    ] as [([UInt8], VCPU.Exit)])
  func outGivesPortSizeAndValue(instruction: [UInt8], exit: VCPU.Exit) throws {
    let guest = try RealModeGuest(
      code: [0x66, 0xB8, 0x78, 0x56, 0x34, 0x12] + instruction + [0xF4])
    #expect(try guest.vcpu.run() == exit)
    #expect(try guest.vcpu.run() == .halted)
  }
}
