import Confinement
import Testing

/// What can be tried inside a test process, which has threads and must keep its privileges.
@Suite struct ConfinementTests {
  @Test func currentIsReadFromTheKernel() throws {
    let report = try Confinement.current()
    #expect(report.threadCount >= 1)
    #expect(report.status.users.count == 4)
    #expect(report.userID == report.status.users[1])
    #expect(!report.user.isEmpty)
    #expect(report.description.hasPrefix("user \(report.user) (\(report.userID)), "))
  }

  /// A second thread would keep its capabilities: nothing may be changed then.
  @Test func refusesAProcessWithThreads() async throws {
    let before = try Confinement.current()
    let threads = before.threadCount
    try #require(threads > 1, "the test library runs tests on threads of its own")
    #expect {
      _ = try Confinement.apply()
    } throws: { error in
      guard case .threadsExist(let count)? = error as? ConfinementError else { return false }
      return count > 1
    }
    #expect(try Confinement.current().status == before.status)
  }
}
