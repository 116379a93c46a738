import MinixABI
import Testing

@testable import Machine
@testable import Report

@Suite struct NameTests {
  @Test(arguments: [(1, "EXIT"), (4, "WRITE"), (20, "MINIX_GETPID"), (111, "SRV_KILL")])
  func posixCallsHaveTheirNames(number: Int32, name: String) {
    #expect(PosixCallName.name(of: number) == name)
  }

  @Test(arguments: [0, -1, 31, 32, 112, 123, 0xC00, Int32.min])
  func otherNumbersHaveNone(number: Int32) {
    #expect(PosixCallName.name(of: number) == nil)
  }

  @Test func noTwoPosixCallsShareAName() {
    let names = (1...0xFF).compactMap { PosixCallName.name(of: $0) }
    #expect(names.count == 97)
    #expect(Set(names).count == names.count)
  }
}
