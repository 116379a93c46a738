internal import CConfinement
internal import Glibc

/// Giving privileges up, once everything that needs them is open.
///
/// The order is the matter: the bounding set needs CAP_SETPCAP and the user's groups CAP_SETGID, so
/// the capabilities themselves go last; no-new-privileges goes after them, so that a kernel module
/// that dislikes it can't stop the rest.
public enum Confinement {
  /// Gives up every capability, becomes the user who called sudo where there is one, and forbids
  /// new privileges for ever. Call it once, before the process has a second thread.
  ///
  /// - Returns: the privileges left, read back from the kernel for each thread.
  /// - Throws: before anything changed for a wrong environment or a second thread; afterwards when
  ///   the kernel refuses a step or its account shows a privilege left. The caller must end then.
  public static func apply() throws(ConfinementError) -> ConfinementReport {
    guard geteuid() == getuid() else { throw .setUserID }
    let identity = try Identity(
      effectiveUser: geteuid(), sudoUser: Environment.value(of: "SUDO_UID"),
      sudoGroup: Environment.value(of: "SUDO_GID"))
    let threadCount = try ThreadDirectory.threads().count
    guard threadCount == 1 else { throw .threadsExist(count: threadCount) }

    try check("clearing the ambient capabilities", cconfinement_clear_ambient())
    try emptyBoundingSet()
    let groups = try become(identity)
    try check("clearing the capabilities", cconfinement_clear_capabilities())
    try check("no_new_privs", cconfinement_set_no_new_privileges())
    return try verify(identity, groups: groups)
  }

  /// From now on, users and groups are those of the machine's own files, for the whole process. Other
  /// services' are not asked: their libraries can't be loaded into a statically linked program.
  public static func useLocalAccounts() throws(ConfinementError) {
    try check("choosing the user database", cconfinement_use_local_accounts())
  }

  /// Reads the privileges that the process has now, whatever they are.
  public static func current() throws(ConfinementError) -> ConfinementReport {
    let threads = try ThreadDirectory.threads()
    let status = try ThreadDirectory.status(of: getpid())
    return ConfinementReport(threadCount: threads.count, status: status)
  }

  /// Takes every capability out of the bounding set, as far as this process may.
  private static func emptyBoundingSet() throws(ConfinementError) {
    for capability in 0..<cconfinement_capability_count() {
      let result = cconfinement_drop_bounding(capability)
      // Whoever lacks CAP_SETPCAP keeps the bounding set; no_new_privs makes it harmless.
      if result == -EPERM { return }
      try check("emptying the bounding set", result)
    }
  }

  /// Becomes the user who called sudo, and makes sure that there is no way back.
  ///
  /// - Returns: the supplementary groups that the process should have now; nil = as before.
  private static func become(_ identity: Identity) throws(ConfinementError) -> Set<UInt32>? {
    guard case .restored(let user, let group) = identity else { return nil }
    let groups = UserDatabase.groups(of: user, primary: group)
    let result = UserDatabase.become(user: user, group: group, groups: groups)
    try check("becoming user \(user)", result)
    if cconfinement_can_regain_root() {
      throw .notConfined(thread: getpid(), what: "a way back to root")
    }
    return Set(groups)
  }

  /// Compares the kernel's account of every thread with what it should be.
  private static func verify(
    _ identity: Identity, groups: Set<UInt32>?
  ) throws(ConfinementError) -> ConfinementReport {
    let threads = try ThreadDirectory.threads()
    var mainStatus: ThreadStatus?
    for thread in threads {
      let status = try ThreadDirectory.status(of: thread)
      if let excess = status.excess(as: identity, supplementaryGroups: groups) {
        throw .notConfined(thread: thread, what: excess)
      }
      if thread == getpid() { mainStatus = status }
    }
    guard let mainStatus else { throw .unreadable(path: ThreadDirectory.path) }
    return ConfinementReport(threadCount: threads.count, status: mainStatus)
  }

  /// Throws when a step's result is −errno.
  private static func check(_ step: String, _ result: Int32) throws(ConfinementError) {
    if result < 0 { throw .refused(step: step, errno: -result) }
  }
}
