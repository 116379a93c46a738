import Confinement
import Testing

/// Who the process becomes, and which environments are refused.
@Suite struct IdentityTests {
  @Test(
    arguments: [
      (1000, nil, nil, .unchanged),
      (1000, "0", "0", .unchanged),
      (1000, "rubbish", nil, .unchanged),
      (0, nil, nil, .unchanged),
      (0, "0", "0", .unchanged),
      (0, "1000", "1000", .restored(user: 1000, group: 1000)),
      (0, "1000", "0", .restored(user: 1000, group: 0)),
      (0, "4294967294", "100", .restored(user: 4_294_967_294, group: 100)),
    ] as [(UInt32, String?, String?, Identity)])
  func decides(effective: UInt32, user: String?, group: String?, expected: Identity) throws {
    let identity = try Identity(effectiveUser: effective, sudoUser: user, sudoGroup: group)
    #expect(identity == expected)
  }

  @Test(arguments: [
    "", " 1000", "1000 ", "-1", "+5", "0x3E8", "1e3", "4294967295", "99999999999", "١",
  ])
  func refusesWhatSudoNeverWrites(value: String) {
    #expect(throws: ConfinementError.malformedVariable(name: "SUDO_UID", value: value)) {
      _ = try Identity(effectiveUser: 0, sudoUser: value, sudoGroup: "1000")
    }
    #expect(throws: ConfinementError.malformedVariable(name: "SUDO_GID", value: value)) {
      _ = try Identity(effectiveUser: 0, sudoUser: "1000", sudoGroup: value)
    }
  }

  @Test func refusesHalfAnEnvironment() {
    #expect(throws: ConfinementError.missingVariable(name: "SUDO_GID", beside: "SUDO_UID")) {
      _ = try Identity(effectiveUser: 0, sudoUser: "1000", sudoGroup: nil)
    }
    #expect(throws: ConfinementError.missingVariable(name: "SUDO_UID", beside: "SUDO_GID")) {
      _ = try Identity(effectiveUser: 0, sudoUser: nil, sudoGroup: "1000")
    }
  }

  @Test(
    arguments: [
      (.malformedVariable(name: "SUDO_UID", value: "x"), 64),
      (.missingVariable(name: "SUDO_UID", beside: "SUDO_GID"), 64),
      (.setUserID, 64),
      (.threadsExist(count: 3), 70),
      (.refused(step: "no_new_privs", errno: 1), 71),
      (.notConfined(thread: 7, what: "the capabilities cap_chown"), 70),
      (.unreadable(path: "/proc/self/task"), 71),
    ] as [(ConfinementError, Int32)])
  func errorsAreOneLineWithARemedy(error: ConfinementError, exitCode: Int32) {
    #expect(error.exitCode == exitCode)
    #expect(!error.description.contains("\n"))
    #expect(error.description.contains(";"))
  }
}
