import CLab
import Foundation
import Testing

@Suite("KVM where these tests run")
struct HouseKVMTests {
  @Test("makes a machine with a processor")
  func makesAMachine() {
    #expect(clab_hold_machine() == 0)
  }

  @Test("has the paging that the lab was asked for")
  func hasTheRightPaging() throws {
    guard let mark = ProcessInfo.processInfo.environment["FAULTLINE_IN_LAB"] else { return }
    let parameter = try String(
      contentsOfFile: "/sys/module/kvm_amd/parameters/npt", encoding: .utf8)
    #expect(mark == (parameter.hasPrefix("Y") || parameter.hasPrefix("1") ? "npt=1" : "npt=0"))
  }
}
