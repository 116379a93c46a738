import Confinement
import Testing

/// What the kernel's account says, and what in it is too much.
@Suite struct ThreadStatusTests {
  /// A status file as Linux 6.1 writes it, without lines that we do not read.
  private static func text(
    uid: String = "1000\t1000\t1000\t1000", gid: String = "100\t100\t100\t100",
    groups: String = "27 100 ", effective: String = "0000000000000000",
    noNewPrivileges: String = "1"
  ) -> String {
    """
    Name:\tfaultline
    Umask:\t0022
    State:\tR (running)
    Uid:\t\(uid)
    Gid:\t\(gid)
    FDSize:\t64
    Groups:\t\(groups)
    CapInh:\t0000000000000000
    CapPrm:\t\(effective)
    CapEff:\t\(effective)
    CapBnd:\t000001ffffffffff
    CapAmb:\t0000000000000000
    NoNewPrivs:\t\(noNewPrivileges)
    Seccomp:\t0

    """
  }

  private static let user = Identity.restored(user: 1000, group: 100)

  @Test func readsEveryLine() throws {
    let status = try #require(ThreadStatus(parsing: Self.text(effective: "0000000000200001")))
    #expect(status.users == [1000, 1000, 1000, 1000])
    #expect(status.groups == [100, 100, 100, 100])
    #expect(status.supplementaryGroups == [27, 100])
    #expect(status.effective.names == ["cap_chown", "cap_sys_admin"])
    #expect(status.permitted == status.effective)
    #expect(status.inheritable.isEmpty)
    #expect(status.ambient.isEmpty)
    #expect(status.bounding.numbers == Array(0...40))
    #expect(status.noNewPrivileges)
  }

  @Test func noGroupsIsAnEmptyList() throws {
    let status = try #require(ThreadStatus(parsing: Self.text(groups: " ")))
    #expect(status.supplementaryGroups == [])
  }

  @Test(arguments: [
    "Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs",
  ])
  func aMissingLineIsNoStatus(name: String) {
    let lines = Self.text().split(separator: "\n").filter { !$0.hasPrefix("\(name):") }
    #expect(ThreadStatus(parsing: lines.joined(separator: "\n")) == nil)
  }

  @Test(arguments: ["", "1000", "a b c d", "1000\t1000\t1000"])
  func malformedIdsAreNoStatus(uid: String) {
    #expect(ThreadStatus(parsing: Self.text(uid: uid)) == nil)
  }

  @Test func aConfinedThreadHasNoExcess() throws {
    let status = try #require(ThreadStatus(parsing: Self.text()))
    #expect(status.excess(as: Self.user, supplementaryGroups: [27, 100]) == nil)
    #expect(status.excess(as: .unchanged, supplementaryGroups: nil) == nil)
  }

  @Test(arguments: [
    (text(effective: "0000000000000001"), "the capabilities cap_chown"),
    (text(noNewPrivileges: "0"), "a way to new privileges"),
    (text(uid: "1000\t1000\t0\t1000"), "the user ids [1000, 1000, 0, 1000]"),
    (text(gid: "100\t0\t100\t100"), "the group ids [100, 0, 100, 100]"),
    (text(groups: "0 27"), "the supplementary groups [0, 27]"),
  ])
  func excessIsNamed(text: String, excess: String) throws {
    let status = try #require(ThreadStatus(parsing: text))
    #expect(status.excess(as: Self.user, supplementaryGroups: [27, 100]) == excess)
  }

  /// Root without sudo stays user 0, and that alone is no excess.
  @Test func rootWithoutCapabilitiesIsConfined() throws {
    let text = Self.text(uid: "0\t0\t0\t0", gid: "0\t0\t0\t0", groups: "0")
    let status = try #require(ThreadStatus(parsing: text))
    #expect(status.excess(as: .unchanged, supplementaryGroups: nil) == nil)
  }
}
